import type { AwsConfig } from '../config/aws-config.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { unreadHeaderInWords } from '../config/unread-headers.ts';
import { assertAccepted, assertUnquoted, placeOf } from './checked-settings.ts';
import type { CheckedKey } from './checked-settings.ts';
import { CliError } from '../errors.ts';
import { registrationScopes } from '../sso/session.ts';
import type { SsoSession } from '../sso/session.ts';

/** A role of IAM Identity Center, and the session to sign in to for it. */
export interface SsoSource extends SsoSession {
  readonly accountId: string;
  readonly roleName: string;
}

/**
 * The role of IAM Identity Center that a profile names; undefined if it names none. Throws CliError `config` for a
 * session that does not exist, a missing or invalid setting, and a setting that contradicts the session's.
 */
export function ssoOf(view: ProfileView, config: AwsConfig): SsoSource | undefined {
  const session = view.get('sso_session');
  const accountId = view.get('sso_account_id');
  const roleName = view.get('sso_role_name');
  const legacyUrl = view.get('sso_start_url');
  // A session alone is for services that accept a bearer token: it gives no credentials.
  if (accountId === undefined && roleName === undefined) return undefined;
  if (session === undefined && legacyUrl === undefined) return undefined;
  const section = session === undefined ? undefined : config.section('sso-session', session);
  if (session !== undefined && section === undefined) throw missingSession(session, view, config);
  const take = (key: CheckedKey): string => {
    const own = view.get(key);
    const shared = section?.get(key);
    if (own !== undefined && shared !== undefined && own !== shared) {
      throw new CliError(
        'config',
        `profile ${view.name}: ${key} differs from the one in [sso-session ${session}]`,
        {
          hints: [`remove ${key} from [profile ${view.name}] in ${config.configPath}`],
        },
      );
    }
    const value = shared ?? own;
    if (value !== undefined) return value;
    const place =
      section === undefined || key.startsWith('sso_account') || key === 'sso_role_name'
        ? `[profile ${view.name}]`
        : `[sso-session ${session}]`;
    throw new CliError('config', `profile ${view.name}: ${key} is missing`, {
      hints: [`add ${key} to ${place} in ${config.configPath}`],
    });
  };
  const source = {
    session,
    startUrl: take('sso_start_url'),
    region: take('sso_region'),
    accountId: take('sso_account_id'),
    roleName: take('sso_role_name'),
    registrationScopes: registrationScopes(section?.get('sso_registration_scopes')),
  };
  const check = (key: CheckedKey, value: string): void => {
    const shared = section?.get(key) !== undefined;
    const place = `profile ${view.name}: ${key} of [sso-session ${session}] in ${config.configPath}`;
    assertAccepted(key, value, shared ? place : placeOf(view, key));
  };
  check('sso_start_url', source.startUrl);
  check('sso_region', source.region);
  check('sso_account_id', source.accountId);
  check('sso_role_name', source.roleName);
  return source;
}

function missingSession(session: string, view: ProfileView, config: AwsConfig): CliError {
  assertUnquoted(session, placeOf(view, 'sso_session'));
  const header = config.unreadHeader('sso-session', session);
  const what = `profile ${view.name}: there is no [sso-session ${session}]`;
  if (header !== undefined) {
    return new CliError('config', `${what}: ${unreadHeaderInWords(header)}`, {
      hints: [`write ${header.right} at ${header.path}:${header.line}`],
    });
  }
  return new CliError('config', what, {
    hints: [`add [sso-session ${session}] with sso_start_url and sso_region to ${config.configPath}`],
  });
}
