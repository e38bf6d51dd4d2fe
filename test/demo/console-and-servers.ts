// The part of the demo with the console and the credential servers.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startControl } from '../aws/control.ts';
import type { Aws } from '../aws/server.ts';
import { clockVariables, requiresFaketime } from '../support/faketime.ts';
import { openSignIn } from '../support/sign-in.ts';
import type { Stage } from './stage.ts';

const PASSES_MS = 65 * 60_000;

/** Opens the console as the profile `prod`. */
export async function playConsole(aws: Aws, stage: Stage, home: string): Promise<void> {
  stage.say(
    'The console, signed in. The address is a secret, so here it goes to a file; a browser opens it:',
  );
  await stage.run('ccvault login prod --service codecommit --stdout > console-url');
  const { who, destination, method } = await openSignIn(aws, stage.read('console-url').trim());
  rmSync(join(home, 'console-url'));
  stage.say(`(AWS signed in ${who}\n at ${destination}; the token was asked for with ${method})`);
}

/** Where no hour can pass: credentials that are renewed seconds after they came. */
async function playEarlyRenewal(stage: Stage, home: string): Promise<void> {
  const script = `exec '${process.execPath}' --no-warnings '${join(import.meta.dirname, 'long-job.ts')}' early`;
  writeFileSync(join(home, 'bin', 'long-job'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  stage.say(
    'A program under a server, which hands it new credentials when the old ones are two seconds old:',
  );
  await stage.run('ccvault exec --server --fresh --min-ttl 59m58s prod -- long-job');
}

/** Runs a program as the profile `prod` beyond the end of its first credentials. */
export async function playServer(aws: Aws, stage: Stage, home: string): Promise<void> {
  const missing = requiresFaketime();
  if (missing !== false) return playEarlyRenewal(stage, home);
  const control = await startControl(aws);
  const clock = join(home, 'clock');
  const settings = Object.entries(clockVariables(clock)).map(([name, value]) => `${name}='${value}'`);
  const program = (name: string, script: string): void =>
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  program('with-own-clock', `export ${settings.join(' ')}\nexec "$@"`);
  program(
    'an-hour-passes',
    `echo +${PASSES_MS / 1000} >'${clock}'\n` +
      `exec '${process.execPath}' -e 'fetch("${control.url}/skew", { method: "POST", body: JSON.stringify({ ms: ${PASSES_MS} }) })'`,
  );
  program(
    'long-job',
    `exec '${process.execPath}' --no-warnings '${join(import.meta.dirname, 'long-job.ts')}'`,
  );
  try {
    stage.say(
      'A program that runs longer than its credentials: the server hands it new ones. No key, no MFA code:',
    );
    await stage.run('with-own-clock ccvault exec --server prod -- long-job');
  } finally {
    await control.stop();
    aws.clock.skew(0);
  }
}
