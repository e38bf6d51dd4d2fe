// `make picture`: docs/session.svg, a session that the real program has at a terminal against the AWS stand-in.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAws } from '../aws/server.ts';
import { findBuild } from '../support/builds.ts';
import { createLightVault } from '../support/light-vault.ts';
import { Pty } from '../support/pty.ts';
import { svgOf } from './svg.ts';

const PROD = `
[profile prod]
role_arn = arn:aws:iam::444455556666:role/deploy
source_profile = work
mfa_serial = arn:aws:iam::111122223333:mfa/dana
region = eu-west-1
`;

const EXAMPLE_KEY_ID = 'AKIAIOSFODNN7EXAMPLE';

const aws = await startAws();
const home = mkdtempSync(join(tmpdir(), 'ccvault-picture-'));
try {
  const dana = aws.world.addUser({ account: '111122223333', name: 'dana', mfa: true });
  aws.world.addRole({
    account: '444455556666',
    name: 'deploy',
    trust: { principals: [dana.arn], mfa: true },
  });
  for (const folder of ['bin', 'home']) mkdirSync(join(home, folder));
  symlinkSync(findBuild('standalone').program, join(home, 'bin/ccvault'));
  writeFileSync(join(home, 'bin/terraform'), '#!/bin/sh\necho "No changes. Your infrastructure matches."\n', {
    mode: 0o755,
  });
  const env = {
    PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: join(home, 'home'),
    CCVAULT_HOME: join(home, 'vault'),
    CCVAULT_PASSPHRASE: 'made up for a picture',
    CCVAULT_UNLOCK_TTL: '5m',
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    ...aws.env,
  };
  await createLightVault(env.CCVAULT_HOME, env.CCVAULT_PASSPHRASE);

  const lines: string[] = [];
  const type = async (line: string, answers: readonly (readonly [RegExp, string])[] = []): Promise<void> => {
    const terminal = Pty.spawn('/bin/sh', ['-c', line], { env, cwd: env.HOME });
    try {
      for (const [prompt, answer] of answers) {
        await terminal.expect(prompt);
        await terminal.answer(answer);
      }
      if ((await terminal.wait()) !== 0) throw new Error(`${line}\n${terminal.text}`);
      lines.push(`$ ${line}`, ...presentable(terminal.output).split('\n'));
    } finally {
      await terminal.hangUp();
    }
  };

  /** With the id that AWS uses in its own documentation, and a home folder of the usual form. */
  function presentable(output: string): string {
    return output
      .replaceAll('\r', '')
      .replaceAll(`${home}/home`, '/home/dana')
      .replaceAll(dana.accessKeyId, EXAMPLE_KEY_ID)
      .replaceAll(dana.accessKeyId.slice(-4), EXAMPLE_KEY_ID.slice(-4))
      .trimEnd();
  }

  await type('ccvault add work --region eu-west-1', [
    [/Access key id:/, dana.accessKeyId],
    [/Secret access key:/, dana.secretAccessKey],
  ]);
  writeFileSync(join(env.HOME, '.aws/config'), PROD, { flag: 'a' });
  await type('ccvault exec prod -- terraform plan', [[/MFA code for \S+:/, dana.totp()]]);
  await type('ccvault list');
  await type('ccvault exec prod -- terraform plan');
  writeFileSync(new URL('../../docs/session.svg', import.meta.url), svgOf(lines));
} finally {
  await aws.stop();
  rmSync(home, { recursive: true, force: true });
}
