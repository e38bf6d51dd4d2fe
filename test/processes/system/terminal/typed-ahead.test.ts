// What is typed or pasted at once answers one question after the other, and what is left is the shell's.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { UserHandle } from '../../../aws/world.ts';
import { startPlayground, type Playground } from '../../../git/playground.ts';
import { BUILDS, findBuild } from '../../../support/builds.ts';
import { requires } from '../../../support/requires.ts';
import { Tmux } from '../../../support/tmux.ts';

for (const build of BUILDS) {
  describe(`lines pasted at once (${build})`, { skip: requires('tmux', 'bash') }, () => {
    let place: Playground;
    let tmux: Tmux;
    let user: UserHandle;

    beforeEach(async () => {
      place = await startPlayground(findBuild(build));
      user = place.aws.world.addUser({ account: '111122223333', name: 'work', mfa: true });
      tmux = await Tmux.start('bash', { ...place.env, TERM: 'screen' }, { cwd: place.home });
    });
    afterEach(async () => {
      tmux.stop();
      await place.stop();
    });

    it('give add its key id and its secret, which is never shown', async () => {
      tmux.line('ccvault add work --no-config');
      await tmux.expect(/Access key id:/);
      tmux.type(`${user.accessKeyId}\r${user.secretAccessKey}\r`);
      await tmux.expect(/stored the key \S+ for profile work/);
      assert.ok(!tmux.screen().includes(user.secretAccessKey));
      assert.ok(tmux.screen().includes(`Access key id: ${user.accessKeyId}`));
    });

    it('are checked one by one', async () => {
      tmux.line('ccvault add work --no-config');
      await tmux.expect(/Access key id:/);
      tmux.type(`nonsense\r\rASIAABCDEFGHIJKLMNOP\r${user.accessKeyId}\rshort\r${user.secretAccessKey}\r`);
      await tmux.expect(/stored the key \S+ for profile work/);
      const asked = [...tmux.screen().matchAll(/^(Access key id|Secret access key):/gm)].map(
        ([, what]) => what,
      );
      assert.deepEqual(asked, [...Array(4).fill('Access key id'), ...Array(2).fill('Secret access key')]);
      assert.match(tmux.screen(), /this is a temporary key/);
    });

    it('leave to the shell what comes behind the answer', async () => {
      await place.add('work', user, '--region eu-west-1');
      tmux.line('ccvault refresh work');
      await tmux.expect(/MFA code for \S+:/);
      tmux.type(`${user.totp()}\recho behind" "the" "answer\r`);
      await tmux.expect(/^behind the answer$/m);
      assert.match(tmux.screen(), /good until/);
    });
  });
}
