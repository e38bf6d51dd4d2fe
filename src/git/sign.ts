import { toHex } from '../core/bytes.ts';
import type { Credentials } from '../core/credentials.ts';
import type { Crypto } from '../core/ports/system.ts';

export interface SignedRequest {
  /** As git sent it; a port is not part of what is signed. */
  readonly host: string;
  /** Without a slash in front. */
  readonly path: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/**
 * The password that CodeCommit accepts over https: the time, then a Signature Version 4 of an artificial request
 * `GIT path`. AWS documents neither; this signs what the AWS CLI's helper and git-remote-codecommit sign. `host` comes
 * without a port. The session token is not signed, and the `Z` after the time is in the password only.
 */
export function signGit(
  credentials: Pick<Credentials, 'secretAccessKey'>,
  { host, path, region, time }: SignedRequest,
  crypto: Pick<Crypto, 'sha256' | 'hmacSha256'>,
): string {
  const timestamp = basicTime(time);
  const date = timestamp.slice(0, 8);
  const canonical = `GIT\n/${path}\n\nhost:${host}\n\nhost\n`;
  const scope = `${date}/${region}/codecommit/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${toHex(crypto.sha256(canonical))}`;
  let key: string | Uint8Array = `AWS4${credentials.secretAccessKey.reveal()}`;
  for (const part of [date, region, 'codecommit', 'aws4_request']) key = crypto.hmacSha256(key, part);
  return `${timestamp}Z${toHex(crypto.hmacSha256(key, toSign))}`;
}

/** ISO 8601 in its basic format, UTC, whole seconds, without the `Z`. */
function basicTime(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '');
}
