import type { SsoSession } from '../sso/session.ts';

/** The name under which the token of a sign-in is kept: the same text means the same person's token. */
export function ssoTokenName({ startUrl, region, session, registrationScopes }: SsoSession): string {
  return `sso-token ${JSON.stringify([startUrl, region, session ?? '', registrationScopes])}`;
}
