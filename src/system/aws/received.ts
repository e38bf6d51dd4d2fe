import { credentialFault } from '../../core/credential-faults.ts';
import type { Credentials } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import { isAccountId, parseArn } from '../../core/aws/arn.ts';
import { localTime } from '../../core/local-time.ts';
import { isLoopback } from '../../core/loopback.ts';
import type { CallerIdentity } from '../../core/ports/aws.ts';
import { isVisible, isVisibleWithBlanks } from '../../core/text-checks.ts';

/**
 * Credentials of a service's response as they may be used. Throws CliError `aws` with code `bad-answer`, `service`
 * named, for any that no AWS service gives; a session that has ended on arrival means a wrong clock.
 */
export function receivedCredentials(credentials: Credentials, service: string, now: number): Credentials {
  const fault = credentialFault(credentials, now);
  if (fault === undefined) return credentials;
  const ended = credentials.expiresAt !== undefined && credentials.expiresAt <= now;
  throw new CliError('aws', `${service} gave ${fault}`, {
    code: 'bad-answer',
    hints: ended ? [`check the clock of this computer: it shows ${localTime(now)}`] : [],
  });
}

// A role's id and a session name, with a colon between them (IAM User Guide, "Unique identifiers").
const MAX_USER_ID = 128;

/**
 * An identity of a response as it may be kept and shown. Throws CliError `aws` with code `bad-answer` for one that AWS
 * gives nobody; what it was is not quoted.
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
  throw new CliError('aws', `AWS STS gave ${fault}`, { code: 'bad-answer' });
}

/** A number of a response held to what it may be; `otherwise` for one that is missing, NaN or not above zero. */
export function boundedNumber(
  value: number | undefined,
  limits: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  if (value === undefined || !(value > 0)) return limits.otherwise;
  return Math.min(Math.max(value, limits.min), limits.max);
}

/**
 * A text of a JSON response, whose types the SDK does not check; undefined for one that is missing, empty, no text, or
 * made of other characters than OAuth's texts are.
 */
export function receivedText(value: unknown): string | undefined {
  return typeof value === 'string' && isVisibleWithBlanks(value) ? value : undefined;
}

/**
 * An address of a response that a person is told to open; undefined for any but https, http on this machine (behind an
 * endpoint of one's own), and for one with a user name, which makes another host look like AWS.
 */
export function receivedAddress(value: unknown): string | undefined {
  const url = URL.parse(receivedText(value) ?? '');
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return safe ? url.href : undefined;
}
