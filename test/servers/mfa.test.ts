// A renewal that needs a code asks for it on the terminal that ccvault was started on, and only when it is due.

import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BUILDS, findBuild } from '../support/builds.ts';
import { requiresFaketime } from '../support/faketime.ts';
import { Pty } from '../support/pty.ts';
import { exported, request, sendRaw } from './raw-http.ts';
import { createStage } from './stage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

for (const build of BUILDS) {
  describe(build, { skip: requiresFaketime() }, () => {
    it('a day at the terminal: two codes', async () => {
      const stage = await createStage(build);
      const dora = stage.aws.world.addUser({ account: '111122223333', name: 'dora', mfa: true });
      appendFileSync(join(stage.home, '.aws/config'), `[profile guarded]\nmfa_serial = ${dora.mfaSerial}\n`);
      appendFileSync(
        join(stage.home, '.aws/credentials'),
        `[guarded]\naws_access_key_id = ${dora.accessKeyId}\naws_secret_access_key = ${dora.secretAccessKey}\n`,
      );
      const { program, node } = findBuild(build);
      const serve = [program, 'serve', 'guarded'] as const;
      const [first, ...rest] = node === undefined ? serve : ([node, ...serve] as const);
      const terminal = Pty.spawn(first, rest, { env: stage.env, cwd: stage.home });
      try {
        await terminal.expect(/MFA code/);
        await terminal.answer(dora.totp());
        await terminal.expect(/TOKEN='[^']+'/);
        const variables = exported(terminal.text);
        const { host, port } = new URL(variables.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? '');
        const authorization = `Authorization: ${variables.get('AWS_CONTAINER_AUTHORIZATION_TOKEN')}`;
        const ask = async (): Promise<string> => {
          const { status, body } = await sendRaw(
            Number(port),
            request('GET / HTTP/1.1', `Host: ${host}`, authorization),
          );
          assert.equal(status, 200, body);
          return /"AccessKeyId":"(\w+)"/.exec(body)?.[1] ?? '';
        };
        const shown = terminal.text.length;
        const morning = await ask();
        // Ten minutes are left: enough not to bother anyone.
        stage.passTime(12 * HOUR - 10 * MINUTE);
        // A renewal would begin with the first of these and show its prompt before the last.
        for (let count = 0; count < 100; count++) assert.equal(await ask(), morning);
        assert.doesNotMatch(terminal.text.slice(shown), /MFA code/);
        // Three are: asked for, while programs still get what is good.
        stage.passTime(7 * MINUTE);
        assert.equal(await ask(), morning);
        await terminal.expect(/MFA code/);
        assert.equal(await ask(), morning);
        await terminal.answer(dora.totp());
        let evening = morning;
        while (evening === morning) evening = await ask();
        assert.equal(stage.aws.calls.count('GetSessionToken'), 2);
        terminal.send('\u0003');
        assert.equal(await terminal.wait(), 130);
      } finally {
        await terminal.hangUp();
        await stage.dispose();
      }
    });
  });
}
