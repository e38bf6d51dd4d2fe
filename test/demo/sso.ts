// The part of the demo with IAM Identity Center: one sign-in for every account and role.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Aws } from '../aws/server.ts';
import { Pty } from '../support/pty.ts';
import type { Stage } from './stage.ts';

const START_URL = 'https://example.awsapps.com/start';

/** From no session to signed calls in two accounts; `variables` are those of the stage. */
export async function playSso(
  aws: Aws,
  stage: Stage,
  home: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const { sso } = aws.world;
  const roles = ['Admin', 'ReadOnly'];
  const instance = sso.addInstance({
    startUrl: START_URL,
    region: 'eu-west-1',
    assignments: ['111122223333', '444455556666'].flatMap((account) =>
      roles.map((role) => ({ account, role })),
    ),
  });
  sso.addAccount(instance, { id: '111122223333', name: 'Data Platform' });
  sso.addAccount(instance, { id: '444455556666', name: 'Production' });
  const browser = join(home, 'bin', 'browser');
  const program = join(import.meta.dirname, '../script/browser.ts');
  writeFileSync(browser, `#!/bin/sh\nexec '${process.execPath}' --no-warnings '${program}' "$@"\n`, {
    mode: 0o755,
  });

  stage.say('IAM Identity Center: one sign-in for every account and role of an organization.');
  await stage.run(`ccvault sso add work --start-url ${START_URL} --region eu-west-1`);
  // A person signs in on a terminal, which this needs a program for.
  if (!existsSync('/usr/bin/script')) {
    stage.say('(left out from here on: there is no /usr/bin/script to make a terminal with)');
    return;
  }
  console.log('\n$ ccvault sso login');
  const env = { HOME: home, TERM: 'dumb', BROWSER: 'browser', ...variables };
  const terminal = Pty.spawn('ccvault', ['sso', 'login'], { env, cwd: home });
  const code = await terminal.wait();
  console.log(terminal.text.replaceAll(/(open this in a browser of this computer: ).*/g, '$1...').trimEnd());
  if (code !== 0) throw new Error(`the command above ended with ${code}`);
  await stage.run('ccvault sso list');

  stage.say('A profile for each, between two comment lines of ~/.aws/config. A second run changes nothing:');
  await stage.run('ccvault sso populate -y --region eu-west-1');
  await stage.run('ccvault sso populate -y --region eu-west-1');
  await stage.run('ccvault whoami Production.ReadOnly');
  stage.say('Or none at all:');
  await stage.run(
    'ccvault exec "work/Data Platform/Admin" -- sh -c \'echo "$AWS_VAULT: $AWS_ACCESS_KEY_ID"\'',
  );
  await stage.run('ccvault sso logout');
}
