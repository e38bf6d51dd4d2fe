import { CliError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { CredentialSource } from './source.ts';

/**
 * The keys of the environment, as they are (AWS SDK reference, "Environment variables"). Throws CliError `config`
 * when one of the pair is missing.
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
  const expiry = Date.parse(system.env['AWS_CREDENTIAL_EXPIRATION'] ?? '');
  return {
    accessKeyId,
    secretAccessKey: new Secret(secret),
    ...(token ? { sessionToken: new Secret(token) } : {}),
    ...(Number.isNaN(expiry) ? {} : { expiresAt: expiry }),
  };
};
