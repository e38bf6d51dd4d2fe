// Hints about git hold names that others chose, in .gitmodules for one: pasted into a shell they are words and no more.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BUILDS, findBuild } from '../support/builds.ts';
import { requires } from '../support/requires.ts';
import { startPlayground, type Playground } from './playground.ts';

const NAMES = [
  'x;touch${IFS}pwned;',
  '$(touch pwned)',
  '`touch pwned`',
  "a'b;touch pwned;'",
  'q r',
  '-x',
  'x|touch pwned',
];

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

for (const build of BUILDS) {
  describe(`hints about git, ${build} build`, { skip: requires('git') }, () => {
    let place: Playground;

    before(async () => {
      place = await startPlayground(findBuild(build));
      // Programs that print their arguments, one a line, in place of those a hint names.
      for (const name of ['ccvault', 'aws', 'git', 'write']) {
        place.write(`stubs/${name}`, `#!/bin/sh\nprintf '%s\\n' "$@"\n`);
      }
      await place.ok('chmod +x stubs/*');
      // Where there is no profile at all the hint is how to begin, which holds no name.
      place.write('.aws/config', '[profile other]\nregion = eu-west-1\n');
    });
    after(() => place.stop());

    for (const name of NAMES) {
      test(`with ${name} for a profile`, async () => {
        const urls = [
          `us-east-1://${name}@repo`,
          `us-east-1://${name}@repo/`,
          `codecommit://us-east-1://${name}@repo`,
        ];
        const lines = [
          ...urls.map((url) => `git-remote-codecommit origin ${quoted(url)}`),
          `ccvault git clone ${quoted(`codecommit::us-east-1://${name}@repo`)}`,
          `ccvault git setup --global ${quoted(`--profile=${name}`)}`,
          `printf 'protocol=https\\nhost=git-codecommit.us-east-1.amazonaws.com\\npath=v1/repos/x\\n\\n' | ccvault credential-helper ${quoted(`--profile=${name}`)} get`,
        ];
        for (const line of lines) {
          const { stderr } = await place.run(line);
          const hints = [...stderr.matchAll(/^ccvault: hint: (.*)$/gm)].map((match) => match[1] ?? '');
          assert.notEqual(hints.length, 0, `${line}: ${stderr}`);
          for (const hint of hints) {
            // The command alone, and all of it from the first word that is one.
            const command = /\b(?:ccvault add|write) .*$/.exec(hint)?.[0] ?? '';
            place.write('pasted', command);
            const { stdout } = await place.run('PATH="$PWD/stubs:/usr/bin:/bin" sh pasted');
            assert.ok(!existsSync(join(place.home, 'pwned')), `${line}: ${hint}`);
            assert.ok(stdout.includes(name), `${hint}: ${stdout}`);
          }
        }
      });
    }
  });
}
