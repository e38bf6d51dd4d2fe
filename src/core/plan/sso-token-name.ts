import type { SsoSession } from '../sso/session.ts';

/** The name of a sign-in's token record. Sessions that share the name share the sign-in. */
export function ssoTokenName({ startUrl, region, session, registrationScopes }: SsoSession): string {
  return `sso-token ${JSON.stringify([startUrl, region, session ?? '', registrationScopes])}`;
}
