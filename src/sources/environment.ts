import { credentialFault } from '../core/credential-faults.ts';
import type { Credentials } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { parseTime, TIME_FORM } from '../core/time.ts';
import type { CredentialSource } from './source.ts';

/**
 * The keys in the environment (AWS SDK reference, "Environment variables"). Throws CliError `config` if one of the
 * pair is missing, for invalid or expired keys, and for an expiration without a zone.
 */
export const fromEnvironment: CredentialSource<'environment'> = async (_step, { system }) => {
  const accessKeyId = system.env['AWS_ACCESS_KEY_ID'];
  const secret = system.env['AWS_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secret) {
    throw new CliError('config', 'the environment has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', {
      hints: ['set both, or name a profile with another source'],
    });
  }
  const token = system.env['AWS_SESSION_TOKEN'] || system.env['AWS_SECURITY_TOKEN'];
  const expiresAt = expiryOf(system.env['AWS_CREDENTIAL_EXPIRATION']);
  const credentials: Credentials = {
    accessKeyId,
    secretAccessKey: new Secret(secret),
    ...(token ? { sessionToken: new Secret(token) } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  const fault = credentialFault(credentials, system.clock.now());
  if (fault === undefined) return credentials;
  throw new CliError('config', `the environment holds ${fault}`, {
    code: 'bad-credentials',
    hints: ['set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again, or unset them'],
  });
};

function expiryOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const expiresAt = parseTime(text);
  if (expiresAt !== undefined) return expiresAt;
  throw new CliError('config', `AWS_CREDENTIAL_EXPIRATION is not ${TIME_FORM}: ${text}`, {
    hints: ['correct AWS_CREDENTIAL_EXPIRATION, or unset it'],
  });
}
