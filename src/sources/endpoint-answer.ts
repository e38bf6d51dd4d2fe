import { credentialFault } from '../core/credential-faults.ts';
import type { Credentials } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import { parseObject, stringField } from '../core/json.ts';
import { Secret } from '../core/secret.ts';
import { parseTime, TIME_FORM } from '../core/time.ts';

/**
 * Parses the credentials in a response of a container's endpoint or of the instance metadata service, which have the
 * same form. `of` names the service in errors; `now` is in milliseconds since the epoch. Throws CliError `aws` with
 * code `bad-answer` for any other response, or `ended` for expired credentials; never quotes the response.
 */
export function credentialsOf(body: string, of: string, now: number): Credentials {
  const answer = parseObject(body);
  const [accessKeyId, secret, token, expiration] = [
    'AccessKeyId',
    'SecretAccessKey',
    'Token',
    'Expiration',
  ].map((name) => stringField(answer, name));
  if (!accessKeyId || !secret || !token || !expiration) {
    throw new CliError('aws', `the response of ${of} contains no credentials`, { code: 'bad-answer' });
  }
  const expiresAt = parseTime(expiration);
  if (expiresAt === undefined) {
    throw new CliError('aws', `${of} returned an Expiration that is not ${TIME_FORM}`, {
      code: 'bad-answer',
    });
  }
  const credentials: Credentials = {
    accessKeyId,
    secretAccessKey: new Secret(secret),
    sessionToken: new Secret(token),
    expiresAt,
  };
  const fault = credentialFault(credentials, now);
  if (fault === undefined) return credentials;
  // The instance metadata service may return expired credentials while it cannot renew them.
  const ended = expiresAt <= now;
  throw new CliError('aws', `${of} returned ${fault}`, {
    code: ended ? 'ended' : 'bad-answer',
    hints: ended ? ['try again in a minute'] : [],
  });
}
