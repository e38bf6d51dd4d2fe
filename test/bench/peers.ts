// Other programs that do the same, where they are installed: the AWS CLI's credential helper and aws-vault.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../support/requires.ts';
import type { Fixture } from './fixture.ts';
import type { Command } from './measure.ts';

/** The AWS CLI's own helper with keys in the environment, which spares it every file and call. */
export function awsCliHelper(env: Readonly<Record<string, string>>, input: string): Command | undefined {
  const aws = findProgram('aws');
  if (aws === undefined) return undefined;
  const keys = { AWS_ACCESS_KEY_ID: `AKIA${'Q'.repeat(16)}`, AWS_SECRET_ACCESS_KEY: 'q'.repeat(40) };
  return {
    argv: [aws, 'codecommit', 'credential-helper', 'get'],
    env: {
      PATH: env['PATH'] ?? '',
      HOME: env['HOME'] ?? '',
      LC_ALL: 'C.UTF-8',
      AWS_DEFAULT_REGION: 'eu-west-1',
      ...keys,
    },
    input,
  };
}

/**
 * The program that AWS_VAULT_BIN names, with the same profile, key and device in its file backend and its sessions
 * cached, as it is fastest; undefined where the variable is not set.
 */
export async function warmAwsVault(fixture: Fixture): Promise<Command | undefined> {
  const program = process.env['AWS_VAULT_BIN'];
  if (program === undefined || program === '') return undefined;
  const { env, home, user } = fixture;
  const folder = join(home, 'aws-vault');
  mkdirSync(folder, { mode: 0o700 });
  const variables = {
    ...env,
    AWS_VAULT_BACKEND: 'file',
    AWS_VAULT_FILE_DIR: folder,
    AWS_VAULT_FILE_PASSPHRASE: 'throw-away passphrase',
    // Go's own name for AWS_CA_BUNDLE, which aws-vault does not pass on.
    SSL_CERT_FILE: env['AWS_CA_BUNDLE'] ?? '',
  };
  const key = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
  await fixture.run([program, 'add', '--env', 'dev'], { ...variables, ...key });
  // The code of this half minute is ccvault's.
  await fixture.run([program, 'exec', '--mfa-token', user.totp(1), 'prod', '--', 'true'], variables);
  return { argv: [program, 'exec', 'prod', '--', 'true'], env: variables };
}
