import { toHex } from '../core/bytes.ts';
import { commandLine } from '../core/command-line.ts';
import { CliError } from '../core/errors.ts';
import { isObject, parseObject, stringField } from '../core/json.ts';
import type { LoginStep } from '../core/plan/steps.ts';
import type { System } from '../core/ports/system.ts';
import { parseTime, TIME_FORM } from '../core/time.ts';
import type { CredentialSource } from './source.ts';

/**
 * The credentials of `aws login`, renewed in the AWS CLI's own cache and therefore not cached here. One process at a
 * time: AWS accepts a refresh token only once, and the provider writes the cache that the next process then reads.
 * Throws as `Aws.loginSession`.
 */
export const fromLogin: CredentialSource<'login'> = async (step, context) =>
  context.singleFlight({
    name: `login ${step.loginSession}`,
    purpose: `renewing the sign-in of aws login for profile ${step.profile}`,
    // The provider looks into the AWS CLI's cache itself.
    find: async () => undefined,
    make: () => {
      assertExpiry(step, context.system);
      return context.system.aws.loginSession(step.settings, step.profile);
    },
  });

/**
 * Throws CliError `aws` with code `sign-in-needed` for an expiration without a zone or an invalid one: the provider
 * would treat it as local time, or as one that never comes.
 */
function assertExpiry(
  { loginSession, profile }: LoginStep,
  { crypto, env, files, host }: Pick<System, 'crypto' | 'env' | 'files' | 'host'>,
): void {
  const folder = env['AWS_LOGIN_CACHE_DIRECTORY'] ?? `${host.homeDirectory ?? ''}/.aws/login/cache`;
  const path = `${folder}/${toHex(crypto.sha256(loginSession))}.json`;
  const token = parseObject(files.readText(path) ?? '')?.['accessToken'];
  // The provider reports a file that is missing or invalid.
  if (!isObject(token) || parseTime(stringField(token, 'expiresAt') ?? '') !== undefined) return;
  const what = `the sign-in of aws login for profile ${profile} cannot be used: expiresAt in ${path} is not ${TIME_FORM}`;
  throw new CliError('aws', what, {
    code: 'sign-in-needed',
    hints: [`sign in again: ${commandLine('aws', 'login', '--profile', profile)}`],
  });
}
