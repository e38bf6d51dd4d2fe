// Programs nobody here wrote, under the servers, through an expiry and a renewal.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFileSync, appendFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { BUILDS, findNode } from '../support/builds.ts';
import { requiresFaketime } from '../support/faketime.ts';
import { requires } from '../support/requires.ts';
import { createStage } from './stage.ts';

const SDK_CLIENT = join(import.meta.dirname, 'sdk-client.ts');
const MINUTE = 60_000;

for (const build of BUILDS) {
  for (const server of ['--server', '--imds']) {
    describe(`${build} ${server}`, { concurrency: 1 }, () => {
      it('the SDK for JavaScript lives through a renewal', { skip: requiresFaketime() }, async () => {
        const stage = await createStage(build);
        try {
          const node = findNode() ?? '';
          const running = stage.start(['exec', server, 'prod', '--', node, SDK_CLIENT]);
          const ask = (): unknown => running.child.stdin?.write('who\n');
          ask();
          const [, first] = await running.until(/assumed-role\/deploy\/\S+ with (\w+)\.\n/);
          ask();
          await running.until(new RegExp(`(with ${first}\\.\\n[^]*){2}`));
          assert.equal(stage.aws.calls.count('AssumeRole'), 1);

          // A quarter of an hour before the end: these are good yet, and newer ones are made beside.
          stage.passTime(50 * MINUTE);
          ask();
          await running.until(/(with \w+\.\n[^]*){3}/);
          // After the end of the first ones.
          stage.passTime(15 * MINUTE);
          ask();
          const [, last] = await running.until(/(?:with \w+\.\n[^]*){3}with (\w+)\.\n/);
          assert.notEqual(last, first);
          assert.equal(stage.aws.calls.count('AssumeRole'), 2);
          running.child.stdin?.end();
          assert.equal(await running.ended, 0, running.errors());
          assert.match(
            running.errors(),
            /^ccvault: hint: the key of profile work is stored in plain text[^\n]*\n$/,
          );
        } finally {
          await stage.dispose();
        }
      });

      it(
        'the AWS CLI finds the server past a [default] of the user, and after an expiry',
        { skip: requires('aws') || requiresFaketime() },
        async () => {
          const stage = await createStage(build);
          try {
            const other = stage.aws.world.addUser({ account: '111122223333', name: 'other' });
            appendFileSync(
              join(stage.home, '.aws/config'),
              '[default]\ncredential_process = false\noutput = text\n',
            );
            appendFileSync(
              join(stage.home, '.aws/credentials'),
              `[default]\naws_access_key_id = ${other.accessKeyId}\naws_secret_access_key = ${other.secretAccessKey}\n`,
            );
            const script = join(stage.home, 'ask');
            writeFileSync(
              script,
              'while read -r _; do aws sts get-caller-identity --query Arn || echo failed; aws configure get output; done\n',
            );
            // A proxy for http must not come between the program and the server.
            const running = stage.start(['exec', server, 'prod', '--', 'sh', script], {
              HTTP_PROXY: 'http://127.0.0.1:9',
            });
            running.child.stdin?.write('who\n');
            await running.until(/:assumed-role\/deploy\/\S+\ntext\n/);
            stage.passTime(2 * 60 * MINUTE);
            running.child.stdin?.end('who\n');
            assert.equal(await running.ended, 0);
            assert.match(running.output(), /^(\S+:assumed-role\/deploy\/\S+\ntext\n){2}$/);
            assert.equal(stage.aws.calls.count('AssumeRole'), 2);
          } finally {
            await stage.dispose();
          }
        },
      );
    });
  }
}
