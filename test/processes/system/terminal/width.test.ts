// Help and tables on terminals of several widths: whole words, and a row of a table in one line.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startPlayground, type Playground } from '../../../git/playground.ts';
import { BUILDS, findBuild } from '../../../support/builds.ts';
import { requires } from '../../../support/requires.ts';
import { Tmux } from '../../../support/tmux.ts';

const PROFILES = ['a', 'payments-production-administrator', '日本の請求書の担当者'];

for (const build of BUILDS) {
  describe(`the width of the terminal (${build})`, { skip: requires('tmux', 'bash') }, () => {
    let place: Playground;

    before(async () => {
      place = await startPlayground(findBuild(build));
      const role = 'role_arn = arn:aws:iam::111122223333:role/a-role-with-a-long-name';
      place.write(
        '.aws/config',
        PROFILES.map((name) => `[profile ${name}]\nregion = eu-west-1\n${role}\nsource_profile = a\n`).join(
          '',
        ),
      );
    });
    after(() => place.stop());

    for (const columns of [40, 60, 80]) {
      it(`holds help and tables at ${columns} columns`, async () => {
        const env = { ...place.env, TERM: 'screen', LC_ALL: 'C.UTF-8' };
        const tmux = await Tmux.start('bash', env, { cwd: place.home, columns });
        try {
          tmux.line('ccvault whoami --help | tail -n 30 > piped; clear; ccvault clear --help');
          await tmux.expect(/Show help and exit/);
          for (const word of ['Deletes', 'sessions', 'profile'])
            assert.match(tmux.screen(), new RegExp(word));
          assert.ok(tmux.screen().split('\n').length > 5);
          assert.match(place.read('piped'), /^.{70,80}$/m);
          tmux.line('clear; ccvault list');
          await tmux.expect(/^日本/m);
          const rows = tmux.screen().split('\n').slice(0, 4);
          assert.match(rows[0] ?? '', /^PROFILE/);
          for (const [index, name] of PROFILES.entries()) {
            const shown = rows[index + 1]?.split(' ')[0]?.replace('…', '') ?? '?';
            assert.ok(name.startsWith(shown) && shown !== '', rows.join('\n'));
          }
        } finally {
          tmux.stop();
        }
      });
    }
  });
}
