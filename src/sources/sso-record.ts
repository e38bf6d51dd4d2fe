import { numberField, parseObject, stringField } from '../core/json.ts';
import type { SsoClient, SsoToken } from '../core/ports/aws.ts';
import { Secret } from '../core/secret.ts';

/** The result of a sign-in: the token, and the client it was issued to, which alone can renew it. */
export interface SsoSignIn {
  readonly token: SsoToken;
  /** `grant` is the grant for which the client was registered. */
  readonly client: SsoClient & { readonly grant: 'code' | 'device' };
}

/** The text for an encrypted record. Reveals the secrets. */
export function encodeSignIn({ token, client }: SsoSignIn): string {
  return JSON.stringify({
    version: 1,
    accessToken: token.accessToken.reveal(),
    refreshToken: token.refreshToken?.reveal(),
    expiresAt: token.expiresAt,
    clientId: client.clientId,
    clientSecret: client.clientSecret.reveal(),
    clientExpiresAt: client.expiresAt,
    grant: client.grant,
  });
}

/** Parses the text of `encodeSignIn`; undefined for any other text, such as another version's. */
export function decodeSignIn(text: string): SsoSignIn | undefined {
  const fields = parseObject(text);
  const [accessToken, refreshToken, clientId, clientSecret, grant] = [
    'accessToken',
    'refreshToken',
    'clientId',
    'clientSecret',
    'grant',
  ].map((name) => stringField(fields, name));
  const expiresAt = numberField(fields, 'expiresAt');
  const clientExpiresAt = numberField(fields, 'clientExpiresAt');
  if (fields?.['version'] !== 1 || !accessToken || !clientId || !clientSecret) return undefined;
  if (expiresAt === undefined || clientExpiresAt === undefined) return undefined;
  return {
    token: {
      accessToken: new Secret(accessToken),
      ...(refreshToken ? { refreshToken: new Secret(refreshToken) } : {}),
      expiresAt,
    },
    client: {
      clientId,
      clientSecret: new Secret(clientSecret),
      expiresAt: clientExpiresAt,
      grant: grant === 'device' ? 'device' : 'code',
    },
  };
}
