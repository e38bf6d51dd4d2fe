import { shortKeyId } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { localTime } from './local-time.ts';
import { isQuoted, isVisible } from './text-checks.ts';

// STS API reference, AccessKeyId. Secrets and tokens have no documented maximum; real ones are far shorter than these.
const MAX_ID = 128;
const MAX_SECRET = 1024;
const MAX_TOKEN = 32_768;
// The last millisecond of the year 9999: ISO 8601 has four digits for a year.
const LAST_MOMENT = 253_402_300_799_999;

/** True for the form of an access key id (IAM API reference, AccessKey: 16 to 128 word characters). */
export function isAccessKeyId(text: string): boolean {
  return /^[A-Za-z0-9_]{16,128}$/.test(text);
}

/** True for the id of a temporary key, `ASIA...` (IAM User Guide, "Understanding unique ID prefixes"). */
export function isTemporaryId(accessKeyId: string): boolean {
  return accessKeyId.startsWith('ASIA');
}

/**
 * What is wrong with credentials from outside, as the object of "returned" or "printed"; undefined for valid ones.
 * The one rule for every source: a service, a program, a file or a cache. `now` is in milliseconds since the epoch.
 * Quotes nothing but the last four characters of a key id and the expiration.
 */
export function credentialFault(credentials: Credentials, now: number): string | undefined {
  const { accessKeyId, expiresAt } = credentials;
  const token = credentials.sessionToken?.reveal();
  const fault =
    textFault('an access key id', accessKeyId, MAX_ID) ??
    textFault('a secret access key', credentials.secretAccessKey.reveal(), MAX_SECRET) ??
    (token === undefined ? undefined : textFault('a session token', token, MAX_TOKEN));
  if (fault !== undefined) return fault;
  if (token === undefined && isTemporaryId(accessKeyId)) {
    return `the temporary key ${shortKeyId(accessKeyId)} (ASIA...) without its session token`;
  }
  if (expiresAt === undefined) return undefined;
  if (!(expiresAt <= LAST_MOMENT)) return 'an expiration that is not a possible date';
  return expiresAt > now ? undefined : `credentials that expired at ${localTime(expiresAt)}`;
}

function textFault(what: string, text: string, limit: number): string | undefined {
  if (text === '') return `${what} that is empty`;
  if (text.length > limit) return `${what} of more than ${limit} characters`;
  // Environment variables, headers and git's credential protocol carry them: no blank, no line break.
  if (!isVisible(text)) return `${what} with blanks or other characters that are not allowed in one`;
  return isQuoted(text) ? `${what} in quotes, which do not belong to it` : undefined;
}
