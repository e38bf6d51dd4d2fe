import assert from 'node:assert/strict';
import type { Credentials } from '../../src/core/credentials.ts';
import { isCliError } from '../../src/core/errors.ts';
import type { CliError } from '../../src/core/errors.ts';
import type { Aws, AwsSettings } from '../../src/core/ports/aws.ts';
import type { Environment } from '../../src/core/ports/environment.ts';
import type { Host } from '../../src/core/ports/system.ts';
import { Secret } from '../../src/core/secret.ts';
import { createAws } from '../../src/system/aws/client-factory.ts';
import { createOutput } from '../../src/system/terminal/output.ts';
import { systemClock } from '../../src/system/clock.ts';
import { filesOf } from './files.ts';

/** A host that is nobody's. */
export const testHost: Host = {
  os: 'linux',
  runtime: 'node',
  pid: process.pid,
  userName: 'me',
  homeDirectory: '/nowhere',
  startedAs: ['/nowhere/ccvault'],
  vaultDirectory: '/nowhere/vault',
};

/** The real AWS clients under a test's environment, its CA bundle in the settings as a plan puts it there. */
export function awsUnder(env: Environment, host = testHost): Aws {
  const aws = createAws({
    env,
    files: filesOf(host.vaultDirectory),
    clock: systemClock,
    host,
    out: createOutput(env),
  });
  const caBundle = env['AWS_CA_BUNDLE'];
  const trusting = (settings: AwsSettings): AwsSettings => ({
    ...(caBundle === undefined ? {} : { caBundle }),
    ...settings,
  });
  return {
    sts: (settings) => aws.sts(trusting(settings)),
    iam: (settings) => aws.iam(trusting(settings)),
    sso: (settings) => aws.sso(trusting(settings)),
    ssoOidc: (settings) => aws.ssoOidc(trusting(settings)),
    signin: (settings) => aws.signin(trusting(settings)),
    loginSession: (settings, profile) => aws.loginSession(trusting(settings), profile),
    clock: (settings) => aws.clock(trusting(settings)),
    redirectOf: (url, settings) => aws.redirectOf(url, trusting(settings)),
  };
}

/** A user's key pair of the stand-in as ccvault's credentials. */
export function credentialsOf(user: { accessKeyId: string; secretAccessKey: string }): Credentials {
  return { accessKeyId: user.accessKeyId, secretAccessKey: new Secret(user.secretAccessKey) };
}

/** The CliError a promise rejects with; anything else fails the test. No text of it may hold a secret. */
export async function cliErrorOf(
  promise: Promise<unknown>,
  ...secrets: readonly string[]
): Promise<CliError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(isCliError(error), `not a CliError: ${String(error)}`);
  const shown = [error.message, ...error.hints, error.stack ?? '', JSON.stringify(error)].join('\n');
  for (const secret of secrets) assert.ok(!shown.includes(secret), 'a secret is shown');
  return error;
}
