import type { AwsConfig } from '../config/aws-config.ts';
import type { NamedSsoSession } from './session.ts';

/** The map key of a role in a session. */
export function roleKey(accountId: string, roleName: string): string {
  return `${accountId}/${roleName}`;
}

/**
 * The profile names for the roles of a session, by `roleKey`; of several profiles for a role the first. A profile
 * with the legacy SSO settings counts if start URL and region match. A profile that assumes a further role does not
 * count.
 */
export function standingProfiles(
  { session, startUrl, region }: NamedSsoSession,
  config: AwsConfig,
): ReadonlyMap<string, string> {
  const standing = new Map<string, string>();
  for (const name of config.profileNames()) {
    const profile = config.profile(name);
    const accountId = profile?.get('sso_account_id');
    const roleName = profile?.get('sso_role_name');
    if (accountId === undefined || roleName === undefined) continue;
    if (profile?.get('role_arn') !== undefined) continue;
    const own = profile?.get('sso_session');
    const isOfSession =
      own === undefined
        ? profile?.get('sso_start_url') === startUrl && profile.get('sso_region') === region
        : own === session;
    const key = roleKey(accountId, roleName);
    if (isOfSession && !standing.has(key)) standing.set(key, name);
  }
  return standing;
}
