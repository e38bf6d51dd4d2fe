import { credentialFault } from '../../core/credential-faults.ts';
import type { Credentials } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import { isAccountId, parseArn } from '../../core/aws/arn.ts';
import { localTime } from '../../core/local-time.ts';
import { isLoopback } from '../../core/loopback.ts';
import type { CallerIdentity } from '../../core/ports/aws.ts';
import { isVisible, isVisibleWithBlanks } from '../../core/text-checks.ts';

/**
 * Checks the credentials of a response and returns them. Throws CliError `aws` with code `bad-answer`, which names
 * `service`, for credentials that no AWS service issues; if they have expired on arrival, the hint is to check the
 * clock. `now` is in milliseconds since the epoch.
 */
export function receivedCredentials(credentials: Credentials, service: string, now: number): Credentials {
  const fault = credentialFault(credentials, now);
  if (fault === undefined) return credentials;
  const ended = credentials.expiresAt !== undefined && credentials.expiresAt <= now;
  throw new CliError('aws', `${service} returned ${fault}`, {
    code: 'bad-answer',
    hints: ended ? [`check the clock of this computer: it shows ${localTime(now)}`] : [],
  });
}

// In characters: a unique ID and a session name, joined by a colon (IAM User Guide, "Unique identifiers").
const MAX_USER_ID = 128;

/**
 * Checks the identity of a response and returns it. Throws CliError `aws` with code `bad-answer`, which does not
 * quote it, for an identity that AWS never returns.
 */
export function receivedIdentity(identity: CallerIdentity): CallerIdentity {
  const { account, arn, userId } = identity;
  const fault = !isAccountId(account)
    ? 'an account id that is not 12 digits'
    : !isVisible(arn) || parseArn(arn) === undefined
      ? 'an invalid ARN'
      : !isVisible(userId) || userId.length > MAX_USER_ID
        ? 'a user id with blanks or other characters that are not allowed in one'
        : undefined;
  if (fault === undefined) return identity;
  throw new CliError('aws', `AWS STS returned ${fault}`, { code: 'bad-answer' });
}

/** A number of a response, limited to `min` and `max`; `otherwise` if it is missing, NaN or not above zero. */
export function boundedNumber(
  value: number | undefined,
  limits: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  if (value === undefined || !(value > 0)) return limits.otherwise;
  return Math.min(Math.max(value, limits.min), limits.max);
}

/**
 * A string of a JSON response, whose types the SDK does not check. Undefined if it is missing, empty, not a string,
 * or has characters other than the printable ASCII characters of OAuth (RFC 6749, appendix A).
 */
export function receivedText(value: unknown): string | undefined {
  return typeof value === 'string' && isVisibleWithBlanks(value) ? value : undefined;
}

/**
 * The address that a response asks the user to open. Undefined unless it is https, or http on this computer (for a
 * custom endpoint); undefined too if it has a user name, which can make another host look like AWS.
 */
export function receivedAddress(value: unknown): string | undefined {
  const url = URL.parse(receivedText(value) ?? '');
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return safe ? url.href : undefined;
}
