// The picker as people see it: in tmux at several sizes, with and without UTF-8 and colours.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startPlayground, type Playground } from '../../../git/playground.ts';
import { BUILDS, findBuild } from '../../../support/builds.ts';
import { requires } from '../../../support/requires.ts';
import { Tmux } from '../../../support/tmux.ts';

const COUNT = 300;
const LAST = 'team-299.Administrator';

for (const build of BUILDS) {
  describe(`the picker (${build})`, { skip: requires('tmux', 'bash') }, () => {
    let place: Playground;

    before(async () => {
      place = await startPlayground(findBuild(build));
      const profiles = Array.from(
        { length: COUNT },
        (_, n) =>
          `[profile team-${n}.Administrator]\nregion = eu-west-1\nsource_profile = base\n` +
          `role_arn = arn:aws:iam::${111_122_220_000 + n}:role/role-${n}\n`,
      );
      const base =
        '[profile base]\naws_access_key_id = AKIAABCDEFGHIJKLMNOP\naws_secret_access_key = made-up\n';
      place.write('.aws/config', profiles.join('') + base);
    });
    after(() => place.stop());

    for (const [columns, rows, locale] of [
      [80, 24, 'C.UTF-8'],
      [120, 40, 'C.UTF-8'],
      [40, 20, 'C'],
    ] as const) {
      it(`fits ${columns}x${rows}, filters, pages and cancels (${locale})`, async () => {
        const env = { ...place.env, TERM: 'screen', LC_ALL: locale, NO_COLOR: '1' };
        const tmux = await Tmux.start('bash', env, { cwd: place.home, columns, rows });
        try {
          tmux.line('ccvault explain; echo ended with $?');
          const marker = locale === 'C' ? '>' : '❯';
          await tmux.expect(new RegExp(`^Profile: +301 of 301\\n  PROFILE.*\\n${marker} team-0\\.`, 'm'));
          assert.equal(tmux.screen().split('\n').length, rows);
          assert.match(tmux.screen(), /^type to filter\W+Enter chooses/m);
          tmux.key('End');
          await tmux.expect(new RegExp(`^${marker} base`, 'm'));
          tmux.key('PageUp');
          await tmux.expect(new RegExp(`^${marker} team-${COUNT - rows + 3}\\.`, 'm'));
          tmux.key('Home');
          await tmux.expect(new RegExp(`^${marker} team-0\\.`, 'm'));
          tmux.type('role-299 admin');
          await tmux.expect(/^Profile: role-299 admin.*1 of 301$/m);
          assert.match(tmux.screen(), new RegExp(`^${marker} team-299`, 'm'));
          tmux.key('Escape');
          await tmux.expect(/^ended with 130$/m);
          assert.doesNotMatch(tmux.screen(), /of 301/);
        } finally {
          tmux.stop();
        }
      });
    }

    it('follows the size of the terminal', async () => {
      const tmux = await Tmux.start(
        'bash',
        { ...place.env, TERM: 'screen', LC_ALL: 'C.UTF-8' },
        { cwd: place.home },
      );
      try {
        tmux.line('ccvault explain');
        await tmux.expect(/PROFILE +ACCOUNT +ROLE +REGION +MFA +SESSION/);
        tmux.resize(40, 10);
        await tmux.expect(/^Profile: +301 of 301\n  PROFILE(?!.*MFA)/m);
        assert.equal(tmux.screen().split('\n').length, 10);
        // A last line that fills the screen's width keeps its last character.
        tmux.resize(44, 10);
        await tmux.expect(/^type to filter · Enter chooses · Esc cancels$/m);
        tmux.type('299');
        await tmux.expect(/1 of 301/);
        tmux.key('Enter');
        await tmux.expect(new RegExp(`role_arn of profile ${LAST}$`, 'm'));
      } finally {
        tmux.stop();
      }
    });

    it('offers first what was used last', async () => {
      const use = { uses: 1, lastUsedAt: new Date().toISOString() };
      place.write(
        '.local/share/ccvault/history.json',
        JSON.stringify({ version: 1, profiles: { [LAST]: use } }),
      );
      const home = `${place.home}/.local/share/ccvault`;
      const env = { ...place.env, TERM: 'screen', LC_ALL: 'C.UTF-8', CCVAULT_HOME: home };
      const tmux = await Tmux.start('bash', env, { cwd: place.home });
      try {
        tmux.line('chmod 700 ~/.local/share/ccvault; clear; ccvault explain');
        await tmux.expect(/❯ team-299/);
        tmux.key('Enter');
        await tmux.expect(/^profile team-299/m);
      } finally {
        tmux.stop();
      }
    });
  });
}
