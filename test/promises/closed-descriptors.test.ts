// Standard streams that the parent closed: the command runs and its code arrives, and nothing is written elsewhere.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';

const CLOSED = ['<&-', '>&-', '2>&-'];

for (const build of BUILDS) {
  describe(`closed descriptors: ${build}`, () => {
    let home: Home;
    before(async () => {
      home = await Home.withKey({ build });
      writeFileSync(
        home.config,
        '[profile plain]\nregion = eu-west-1\ncredential_process = cat answer.json\n',
      );
      const answer = {
        Version: 1,
        AccessKeyId: 'ASIAMADEUPFORATEST01',
        SecretAccessKey: 'made-up',
        SessionToken: 'made-up',
      };
      writeFileSync(join(home.cwd, 'answer.json'), JSON.stringify(answer));
    });
    after(() => home.end());

    for (let mask = 1; mask < 8; mask++) {
      const closed = CLOSED.filter((_, bit) => (mask >> bit) & 1).join(' ');
      for (const server of ['', '--server ']) {
        it(`exec ${server}runs the command with ${closed}`, async () => {
          const script = `ccvault exec ${server}plain -- sh -c 'echo ran > ran.txt; exit 7' ${closed}`;
          writeFileSync(join(home.cwd, 'ran.txt'), '');
          const { code } = await home.start(['sh', '-c', script], { env: { LC_ALL: 'C', LANG: 'C' } }).ended;
          assert.equal(code, 7);
          assert.equal(readFileSync(join(home.cwd, 'ran.txt'), 'utf8'), 'ran\n');
        });
      }
      // Both runtimes put /dev/null in the place of a closed stream before any code of ours runs.
      it(`--version ends with 0 with ${closed}`, async () => {
        const { code } = await home.start(['sh', '-c', `ccvault --version ${closed}`]).ended;
        assert.equal(code, 0);
      });
    }
  });
}
