import type { Credentials } from '../core/credentials.ts';
import type { Crypto } from '../core/ports/system.ts';
import { signGit } from './sign.ts';
import type { SignedRequest } from './sign.ts';

/** CodeCommit accepts a password for about 15 minutes (CodeCommit user guide, "credential helper"). */
const PASSWORD_LIFE_MILLISECONDS = 15 * 60_000;

// For a clock that is slightly off, and a transfer that starts slightly later.
const MARGIN_MILLISECONDS = 60_000;

/**
 * What a helper prints for `get`, all from one set of credentials: the session token belongs to the key that signs.
 * `password_expiry_utc` (read by git 2.40 and later, ignored before) keeps caching helpers from replaying an expired
 * signature.
 */
export function answerFor(
  credentials: Credentials,
  request: SignedRequest,
  crypto: Pick<Crypto, 'sha256' | 'hmacSha256'>,
): string {
  const { accessKeyId, sessionToken } = credentials;
  const username = sessionToken === undefined ? accessKeyId : `${accessKeyId}%${sessionToken.reveal()}`;
  const host = request.host.replace(/:\d*$/, '');
  const password = signGit(credentials, { ...request, host }, crypto);
  const expiry = passwordExpiry(request.time, credentials.expiresAt);
  return `username=${username}\npassword=${password}\npassword_expiry_utc=${expiry}\n`;
}

/** Whole seconds since the epoch: the end of the password or of the credentials, whichever comes first. */
function passwordExpiry(time: number, credentialsEnd: number | undefined): number {
  const passwordEnd = time + PASSWORD_LIFE_MILLISECONDS - MARGIN_MILLISECONDS;
  return Math.floor(Math.min(passwordEnd, credentialsEnd ?? passwordEnd) / 1000);
}

/** Tells git to stop (git 2.3 and later): otherwise it asks the next helper, then prompts for a user name. */
export const QUIT = 'quit=1\n';
