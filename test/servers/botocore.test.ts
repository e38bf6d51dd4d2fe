// botocore under the metadata endpoint, through several renewals: it moves the end of credentials that are about to
// end, so that what it is handed must last until it asks again.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { requiresFaketime } from '../support/faketime.ts';
import { createStage } from './stage.ts';
import { BUILDS } from '../support/builds.ts';

const CLIENT = join(import.meta.dirname, 'botocore-client.py');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

function requiresBotocore(): false | string {
  if (spawnSync('python3', ['-c', 'import botocore']).status === 0) return false;
  if (process.env['CCVAULT_TEST_REQUIRE_ALL'] === '1') throw new Error('not installed: python3-botocore');
  return 'not installed: python3-botocore';
}

for (const build of BUILDS) {
  describe(build, { concurrency: 1, skip: requiresFaketime() || requiresBotocore() }, () => {
    for (const minutes of [15, 20, 60]) {
      it(`sessions of ${minutes} minutes: no process ever signs with dead credentials`, async () => {
        const stage = await createStage(build);
        try {
          appendFileSync(
            join(stage.home, '.aws/config'),
            `\n[profile short]\nrole_arn = ${stage.roleArn}\nsource_profile = work\nduration_seconds = ${minutes * 60}\n`,
          );
          const running = stage.start(['exec', '--imds', 'short', '--', 'python3', CLIENT]);
          const keys = new Set<string>();
          let answers = 0;
          let left = 0;
          const pass = (ms: number): void => {
            stage.passTime(ms);
            left -= ms;
          };
          const ask = async (name: string): Promise<void> => {
            running.child.stdin?.write(`${name}\n`);
            answers += 1;
            const [, said = ''] = await running.until(new RegExp(`^(?:.*\\n){${answers - 1}}(.*)\\n`));
            const [, key] = /^\w+ ok (\w+)$/.exec(said) ?? [];
            assert.ok(key, `${said} after ${answers} calls\n${running.errors()}`);
            if (!keys.has(key)) left = minutes * MINUTE;
            keys.add(key);
          };
          for (let round = 0; round < 6; round += 1) {
            await ask('steady');
            // Nobody asks for long; then one begins shortly before the end, and works on past it.
            pass(left - (round % 2 === 0 ? 200 : 100) * SECOND);
            const names = [`new${round}`, `other${round}`, 'steady'];
            for (let step = 0; step < 7; step += 1) {
              for (const name of names) await ask(name);
              pass(50 * SECOND);
            }
          }
          assert.ok(keys.size >= 6, `${keys.size} renewals`);
          running.child.stdin?.end();
          assert.equal(await running.ended, 0, running.errors());
        } finally {
          await stage.dispose();
        }
      });
    }
  });
}
