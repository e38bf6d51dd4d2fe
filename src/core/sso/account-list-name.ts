import { ssoTokenName } from '../plan/sso-token-name.ts';
import type { SsoSession } from './session.ts';

/** The name under which the accounts of a sign-in are kept. */
export function accountListName(session: SsoSession): string {
  return `sso-accounts of ${ssoTokenName(session)}`;
}
