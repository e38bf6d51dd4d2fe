import { fromLoginCredentials } from '@aws-sdk/credential-providers';
import { commandLine } from '../../core/command-line.ts';
import { CliError, messageOf } from '../../core/errors.ts';
import type { Credentials } from '../../core/credentials.ts';
import { Secret } from '../../core/secret.ts';
import type { Caller } from './client.ts';

/**
 * Credentials of `aws login` through the SDK's provider, which renews them in the AWS CLI's cache. Throws CliError
 * `aws` with code `sign-in-needed` where a person has to sign in again, `network` where AWS could not be asked.
 */
export async function loginCredentials(caller: Caller, profile: string): Promise<Credentials> {
  return caller.call({ action: 'signin:CreateOAuth2Token', repeat: 'never' }, async (config) => {
    const { region, requestHandler, endpoint } = config;
    const clientConfig = {
      ...(typeof region === 'string' ? { region } : {}),
      ...(requestHandler === undefined ? {} : { requestHandler }),
      ...(endpoint === undefined ? {} : { endpoint }),
      maxAttempts: 1,
      userAgentAppId: 'ccvault',
    };
    try {
      const found = await fromLoginCredentials({ profile, clientConfig, ignoreCache: true })();
      return {
        accessKeyId: found.accessKeyId,
        secretAccessKey: new Secret(found.secretAccessKey),
        ...(found.sessionToken === undefined ? {} : { sessionToken: new Secret(found.sessionToken) }),
        ...(found.expiration === undefined ? {} : { expiresAt: found.expiration.getTime() }),
      };
    } catch (error) {
      throw refusal(messageOf(error), profile, error);
    }
  });
}

// The provider tells its failures apart by their English text only. That is not shown: of a damaged cache it would
// quote a piece.
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/Failed to load|validation failed/, 'there is none, or it cannot be read'],
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
  return new CliError('aws', `${of}: ${reason}`, {
    code: 'sign-in-needed',
    hints: [`sign in again: ${commandLine('aws', 'login', '--profile', profile)}`],
    cause,
  });
}
