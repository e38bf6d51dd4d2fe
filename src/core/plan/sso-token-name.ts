import type { SsoSource } from './sso-source.ts';

/** The name under which the token of a sign-in is kept: the same text means the same person's token. */
export function ssoTokenName({ startUrl, region, session, registrationScopes }: SsoSource): string {
  return `sso-token ${JSON.stringify([startUrl, region, session ?? '', registrationScopes])}`;
}
