import type { AwsConfig } from '../config/aws-config.ts';
import type { NamedSsoSession } from './session.ts';

/** The key of a role among those of a session. */
export function roleKey(accountId: string, roleName: string): string {
  return `${accountId}/${roleName}`;
}

/**
 * The profiles for roles of a session, by `roleKey`: of several the first one. Profiles with the legacy keys
 * count by their start URL; one that assumes a further role counts for that role.
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
