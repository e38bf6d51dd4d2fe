import type { Credentials } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';

/**
 * The credentials in an answer of a container's endpoint or the instance metadata service, which share one form.
 * `of` names the service in errors. Throws CliError `aws` for anything else; the answer itself is never quoted.
 */
export function credentialsOf(body: string, of: string, now: number): Credentials {
  const answer = fieldsOf(body);
  const [accessKeyId, secret, token, expiration] = [
    'AccessKeyId',
    'SecretAccessKey',
    'Token',
    'Expiration',
  ].map((name) => {
    const value = answer?.get(name);
    return typeof value === 'string' ? value : '';
  });
  const expiresAt = Date.parse(expiration ?? '');
  if (!accessKeyId || !secret || !token || Number.isNaN(expiresAt)) {
    throw new CliError('aws', `the answer of ${of} holds no credentials`, { code: 'bad-answer' });
  }
  // The instance's service may give credentials that ended while it could not renew them.
  if (expiresAt <= now) {
    throw new CliError('aws', `${of} gave credentials that ended at ${new Date(expiresAt).toISOString()}`, {
      code: 'ExpiredToken',
      hints: ['try again in a minute'],
    });
  }
  return {
    accessKeyId,
    secretAccessKey: new Secret(secret),
    sessionToken: new Secret(token),
    expiresAt,
  };
}

function fieldsOf(body: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}
