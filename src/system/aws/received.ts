import { credentialFault } from '../../core/credential-faults.ts';
import type { Credentials } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import { localTime } from '../../core/local-time.ts';

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

/** A number of a response held to what it may be; `otherwise` for one that is missing, NaN or not above zero. */
export function boundedNumber(
  value: number | undefined,
  limits: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  if (value === undefined || !(value > 0)) return limits.otherwise;
  return Math.min(Math.max(value, limits.min), limits.max);
}

// What OAuth's identifiers, codes and tokens are made of (RFC 6749, appendix A: VSCHAR).
const VISIBLE = /^[ -~]+$/;

/**
 * A text of a JSON response, whose types the SDK does not check; undefined for one that is missing, empty, no text, or
 * made of other characters than OAuth's texts are.
 */
export function receivedText(value: unknown): string | undefined {
  return typeof value === 'string' && VISIBLE.test(value) ? value : undefined;
}
