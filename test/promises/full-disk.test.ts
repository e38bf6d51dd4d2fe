// A full disk costs the cache and nothing else; a vault that cannot be written stays as it was.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { stagedFiles } from '../support/files.ts';
import { Home } from '../support/home.ts';
import { cannotMount, OWN_MOUNTS } from '../support/namespaces.ts';

// No byte can be written to any file: what a full disk says comes as EFBIG instead of ENOSPC.
const NO_SPACE = ['sh', '-c', 'ulimit -f 0; exec "$@"', 'sh'];

let home: Home;

afterEach(() => home.end());

for (const build of BUILDS) {
  describe(`${build} on a full disk`, () => {
    it('hands out credentials it cannot keep, and says so', async () => {
      home = await Home.withKey({ build });
      const { stdout, stderr } = await home.ok(
        ['exec', 'prod', '--mfa-token', home.user.totp(), '--', 'sh', '-c', 'echo $AWS_ACCESS_KEY_ID'],
        { under: NO_SPACE },
      );
      assert.match(stdout, /^ASIA\w+\n$/);
      assert.match(stderr, /^ccvault: warning: could not cache the session: /m);
      assert.doesNotMatch(stderr, /ccvault: error|^\s+at /m);
      assert.equal(stderr.split('could not cache the session').length, 2, 'said once');
      assert.equal(home.aws.calls.count('GetSessionToken'), 1);
      assert.equal(home.aws.calls.count('AssumeRole'), 1);
    });

    it('keeps the vault as it was when a key cannot be stored', async () => {
      home = await Home.withKey({ build });
      const two = home.aws.world.addUser({ account: '111122223333', name: 'erin' });
      const before = ['vault.age', 'index.json'].map((name) => readFileSync(join(home.vault, name)));
      const config = readFileSync(home.config);
      const full = await home.run(['add', 'two', '--stdin'], { input: home.keyJson(two), under: NO_SPACE });
      assert.equal(full.code, 5, full.stderr);
      assert.match(full.stderr, /^ccvault: error: cannot write .*vault\.age/m);
      assert.ok(!full.stderr.includes(two.secretAccessKey));
      assert.deepEqual(
        ['vault.age', 'index.json'].map((name) => readFileSync(join(home.vault, name))),
        before,
      );
      assert.deepEqual(readFileSync(home.config), config);
      assert.deepEqual(stagedFiles(home.vault), []);
      await home.ok(['add', 'two', '--stdin'], { input: home.keyJson(two) });
    });
  });
}

describe('a disk with 64 KiB', { skip: cannotMount() }, () => {
  it('that fills up under the sessions costs nothing but the cache', async () => {
    home = await Home.withKey();
    const sessions = join(home.vault, 'sessions');
    rmSync(sessions, { recursive: true, force: true });
    mkdirSync(sessions, { mode: 0o700 });
    const script = `mount -t tmpfs -o size=64k,mode=700 tmpfs '${sessions}' || exit 77
      dd if=/dev/zero of='${sessions}/filler' bs=1k 2>/dev/null
      exec "$@"`;
    const { code, stdout, stderr } = await home.run(
      ['exec', 'prod', '--mfa-token', home.user.totp(), '--', 'sh', '-c', 'echo $AWS_ACCESS_KEY_ID'],
      { under: [...OWN_MOUNTS, 'sh', '-c', script, 'sh'] },
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ASIA\w+\n$/);
    assert.match(stderr, /could not cache the session: .*space/);
  });
});
