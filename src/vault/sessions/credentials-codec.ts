import { credentialFault } from '../../core/credential-faults.ts';
import type { Credentials } from '../../core/credentials.ts';
import { numberField, parseObject, stringField } from '../../core/json.ts';
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

/**
 * Undefined when the text is not from `encodeCredentials`, or the credentials have expired at `now`, in milliseconds
 * since the epoch.
 */
export function decodeCredentials(text: string, now: number): Credentials | undefined {
  const fields = parseObject(text);
  const [accessKeyId, secretAccessKey, sessionToken] = ['accessKeyId', 'secretAccessKey', 'sessionToken'].map(
    (name) => stringField(fields, name),
  );
  const expiresAt = numberField(fields, 'expiresAt');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const credentials: Credentials = {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    ...(sessionToken === undefined ? {} : { sessionToken: new Secret(sessionToken) }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  return credentialFault(credentials, now) === undefined ? credentials : undefined;
}
