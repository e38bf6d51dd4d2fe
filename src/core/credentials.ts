import type { Secret } from './secret.ts';

/** AWS credentials: long-lived without a session token, temporary with one. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
  /** Milliseconds since the epoch; absent if they do not expire. */
  readonly expiresAt?: number;
}

/** The last four characters of an access key id, the most that is ever shown: `****ABCD`. */
export function shortKeyId(accessKeyId: string): string {
  return `****${accessKeyId.slice(-4)}`;
}
