import type { Secret } from './secret.ts';

/** Credentials as AWS hands them out: long-lived without a session token, temporary with one. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
  /** Milliseconds since the epoch; absent when they do not end. */
  readonly expiresAt?: number;
}

/** The end of an access key id, the most of it that is ever shown: `****ABCD`. */
export function shortKeyId(accessKeyId: string): string {
  return `****${accessKeyId.slice(-4)}`;
}
