import { isoSeconds } from '../core/time.ts';
import type { Credentials } from '../core/credentials.ts';
import type { Clock } from '../core/ports/system.ts';

/** What credentials that are not known to end are said to last: clients then ask again. */
const UNKNOWN_LIFE_MS = 3_600_000;

export interface CredentialFields {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

/** Credentials in the words that the container and the metadata endpoint share. */
export function credentialFields(credentials: Credentials, clock: Clock): CredentialFields {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey.reveal(),
    Token: credentials.sessionToken?.reveal() ?? '',
    Expiration: isoSeconds(credentials.expiresAt ?? clock.now() + UNKNOWN_LIFE_MS),
  };
}
