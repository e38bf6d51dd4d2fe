import { credentialFault } from '../../core/credential-faults.ts';
import type { Credentials } from '../../core/credentials.ts';
import { Secret } from '../../core/secret.ts';

/** Credentials as the sealed part of a session file. */
export function encodeCredentials(credentials: Credentials): string {
  return JSON.stringify({
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey.reveal(),
    sessionToken: credentials.sessionToken?.reveal(),
    expiresAt: credentials.expiresAt,
  });
}

/** Undefined when the text is not what `encodeCredentials` made, or holds credentials that have ended. */
export function decodeCredentials(text: string, now: number): Credentials | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = value;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined;
  const credentials: Credentials = {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    ...(typeof sessionToken === 'string' ? { sessionToken: new Secret(sessionToken) } : {}),
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
  };
  return credentialFault(credentials, now) === undefined ? credentials : undefined;
}
