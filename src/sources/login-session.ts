import { toHex } from '../core/bytes.ts';
import { commandLine } from '../core/command-line.ts';
import { CliError } from '../core/errors.ts';
import { isObject, parseObject, stringField } from '../core/json.ts';
import type { LoginStep } from '../core/plan/steps.ts';
import type { System } from '../core/ports/system.ts';
import { parseTime, TIME_FORM } from '../core/time.ts';
import type { CredentialSource } from './source.ts';

/**
 * The credentials of `aws login`, renewed in the AWS CLI's own cache and therefore not kept here. Alone among all
 * processes: AWS accepts a refresh token once, and the cache is rewritten in place, so that those who wait read what the
 * first of them wrote. Throws as Aws.
 */
export const fromLogin: CredentialSource<'login'> = async (step, context) =>
  context.singleFlight({
    name: `login ${step.loginSession}`,
    purpose: `renewing the sign-in of aws login for profile ${step.profile}`,
    // The provider that makes them looks into the cache first.
    find: async () => undefined,
    make: () => {
      assertExpiry(step, context.system);
      return context.system.aws.loginSession(step.settings, step.profile);
    },
  });

/** The provider reads a time without a zone as local time, and an invalid time as one that never comes. */
function assertExpiry(
  { loginSession, profile }: LoginStep,
  { crypto, env, files, host }: Pick<System, 'crypto' | 'env' | 'files' | 'host'>,
): void {
  const folder = env['AWS_LOGIN_CACHE_DIRECTORY'] ?? `${host.homeDirectory ?? ''}/.aws/login/cache`;
  const path = `${folder}/${toHex(crypto.sha256(loginSession))}.json`;
  const token = parseObject(files.readText(path) ?? '')?.['accessToken'];
  // What cannot be read is the provider's to say.
  if (!isObject(token) || parseTime(stringField(token, 'expiresAt') ?? '') !== undefined) return;
  const what = `the sign-in of aws login for profile ${profile} cannot be used: expiresAt in ${path} is not ${TIME_FORM}`;
  throw new CliError('aws', what, {
    code: 'sign-in-needed',
    hints: [`sign in again: ${commandLine('aws', 'login', '--profile', profile)}`],
  });
}
