import { isCliError } from '../../core/errors.ts';
import { offeredNames } from '../../core/sso/offered-roles.ts';
import type { OfferedName } from '../../core/sso/offered-roles.ts';
import { namedSession } from '../../core/sso/session.ts';
import { roleKey, standingProfiles } from '../../core/sso/standing-profiles.ts';
import { AccountLists } from '../../vault/sessions/account-lists.ts';
import type { Workspace } from '../shared/workspace.ts';

/**
 * The roles of a session by the names under which they can be used, as `sso list` and `sso populate` cached them within
 * the last hour. Calls nothing and prompts for nothing; empty where they cannot be read.
 */
export async function keptRoles(workspace: Workspace, name: string): Promise<readonly OfferedName[]> {
  const quiet = await workspace.unattended();
  try {
    const session = namedSession(name, workspace.config());
    const list = await new AccountLists(quiet.system, quiet.sessions).read(session, 'roles');
    return list === undefined || list.isOld ? [] : offeredNames(session, list.accounts);
  } catch (error) {
    if (!isCliError(error)) throw error;
    return [];
  }
}

/** The cached roles of every session that have no profile. */
export async function rolesWithoutProfile(workspace: Workspace): Promise<readonly OfferedName[]> {
  const config = workspace.config();
  const kept = config.ssoSessionNames().map(async (name) => {
    const roles = await keptRoles(workspace, name);
    if (roles.length === 0) return [];
    const standing = standingProfiles(namedSession(name, config), config);
    return roles.filter(({ accountId, role }) => !standing.has(roleKey(accountId, role)));
  });
  return (await Promise.all(kept)).flat();
}
