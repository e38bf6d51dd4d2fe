import { isoSeconds } from '../core/time.ts';
import type { Credentials } from '../core/credentials.ts';
import type { Clock } from '../core/ports/system.ts';

/** The life stated for credentials without an expiration: clients then ask again after it. */
const UNKNOWN_LIFE_MS = 3_600_000;

export interface CredentialFields {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

/** Credentials in the form of both the container and the metadata endpoint. Reveals the secrets. */
export function credentialFields(credentials: Credentials, clock: Clock): CredentialFields {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey.reveal(),
    Token: credentials.sessionToken?.reveal() ?? '',
    Expiration: isoSeconds(credentials.expiresAt ?? clock.now() + UNKNOWN_LIFE_MS),
  };
}
