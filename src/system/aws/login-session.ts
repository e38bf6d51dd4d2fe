import { fromLoginCredentials } from '@aws-sdk/credential-providers';
import { commandLine } from '../../core/command-line.ts';
import { CliError, messageOf } from '../../core/errors.ts';
import { credentialFault } from '../../core/credential-faults.ts';
import type { Credentials } from '../../core/credentials.ts';
import { Secret } from '../../core/secret.ts';
import type { Clock } from '../../core/ports/system.ts';
import type { Caller } from './client.ts';
import type { RequestHandler } from './http.ts';
import { receivedText } from './received.ts';

type Found = Awaited<ReturnType<ReturnType<typeof fromLoginCredentials>>>;

/** AWS rejects requests whose clock is off by more. */
const MAX_SKEW_MILLISECONDS = 5 * 60_000;

/**
 * The credentials of `aws login`, through the SDK's provider, which renews them in the AWS CLI's cache. Throws
 * CliError `aws` with code `sign-in-needed` if the user has to sign in again, with code `network` or `clock-skew` if
 * AWS cannot be reached or the clock is wrong, with `awsCode` `AccessDenied` if renewal is not allowed, and CliError
 * `config` for a profile without `login_session`.
 */
export async function loginCredentials(
  caller: Caller,
  profile: string,
  clock: Pick<Clock, 'now'>,
): Promise<Credentials> {
  return caller.call({ action: 'signin:CreateOAuth2Token', repeat: 'never' }, async (config) => {
    const { region, endpoint } = config;
    const watched = watch(config.requestHandler, clock);
    const clientConfig = {
      ...(typeof region === 'string' ? { region } : {}),
      requestHandler: watched.handler,
      ...(endpoint === undefined ? {} : { endpoint }),
      maxAttempts: 1,
      userAgentAppId: 'ccvault',
    };
    let found: Found;
    try {
      found = await fromLoginCredentials({ profile, clientConfig, ignoreCache: true })();
    } catch (error) {
      // For a network error and for a wrong clock the provider only says to sign in again, which fixes neither.
      throw watched.failure() ?? refusal(messageOf(error), profile, error);
    }
    return usable(found, profile, clock.now());
  });
}

/** Checks the credentials: the provider returns whatever the cache contains. */
function usable(found: Found, profile: string, now: number): Credentials {
  const [accessKeyId, secret, token] = [found.accessKeyId, found.secretAccessKey, found.sessionToken].map(
    receivedText,
  );
  if (!accessKeyId || !secret || !token || found.expiration === undefined) {
    throw signInNeeded(profile, 'it holds no temporary credentials');
  }
  const credentials: Credentials = {
    accessKeyId,
    secretAccessKey: new Secret(secret),
    sessionToken: new Secret(token),
    expiresAt: found.expiration.getTime(),
  };
  const fault = credentialFault(credentials, now);
  if (fault === undefined) return credentials;
  throw signInNeeded(profile, `it holds ${fault}`);
}

/** A request handler that records what the provider drops: that AWS was not reached, or that the clocks differ. */
function watch(
  inner: RequestHandler,
  clock: Pick<Clock, 'now'>,
): { readonly handler: RequestHandler; failure(): unknown } {
  let failure: unknown;
  const handle: RequestHandler['handle'] = async (request, options) => {
    try {
      const answer = await inner.handle(request, options);
      failure = wrongClock(answer.response.statusCode, answer.response.headers, clock.now());
      return answer;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const handler: RequestHandler = Object.create(inner, { handle: { value: handle } });
  return { handler, failure: () => failure };
}

/** AWS's error for a wrong clock, if a refusal shows one: with a clock that is ahead, a sign-in looks expired. */
function wrongClock(
  status: number,
  headers: Readonly<Record<string, string>>,
  now: number,
): Error | undefined {
  const date = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date')?.[1] ?? '';
  if (status < 400 || !(Math.abs(Date.parse(date) - now) > MAX_SKEW_MILLISECONDS)) return undefined;
  return Object.assign(new Error('the clocks differ'), {
    Code: 'RequestTimeTooSkewed',
    $fault: 'client',
    $metadata: { httpStatusCode: status },
    $response: { headers: { date, 'content-type': 'application/json' } },
  });
}

// The provider's errors differ in their English text only. The text is not shown: it may quote a piece of a damaged
// cache.
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/Failed to load|validation failed/, 'it does not exist or cannot be read'],
  [/session has expired/, 'it has expired'],
  [/change in your password/, 'the password has changed since'],
];

function refusal(said: string, profile: string, cause: unknown): CliError {
  const of = `the sign-in of aws login for profile ${profile} cannot be used`;
  if (/insufficient permissions/.test(said)) {
    return new CliError('aws', `${of}: renewing it is not allowed`, {
      awsCode: 'AccessDenied',
      hints: ['the permission needed is signin:CreateOAuth2Token'],
      cause,
    });
  }
  if (/does not contain login_session/.test(said)) {
    return new CliError('config', `${of}: the profile itself has no login_session`, {
      hints: [`write login_session into [profile ${profile}], not into a profile it includes`],
      cause,
    });
  }
  const reason = REASONS.find(([pattern]) => pattern.test(said))?.[1] ?? 'it could not be renewed';
  return signInNeeded(profile, reason, cause);
}

function signInNeeded(profile: string, reason: string, cause?: unknown): CliError {
  return new CliError('aws', `the sign-in of aws login for profile ${profile} cannot be used: ${reason}`, {
    code: 'sign-in-needed',
    hints: [`sign in again: ${commandLine('aws', 'login', '--profile', profile)}`],
    cause,
  });
}
