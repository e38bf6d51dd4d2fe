import { isCliError } from '../../core/errors.ts';
import { offeredNames } from '../../core/sso/offered-roles.ts';
import type { OfferedName } from '../../core/sso/offered-roles.ts';
import { namedSession } from '../../core/sso/session.ts';
import { AccountLists } from '../../vault/sessions/account-lists.ts';
import type { Workspace } from '../shared/workspace.ts';

/**
 * The roles of every session by the names that they can be used by, as `sso list` and `sso populate` kept them within
 * the hour. Nobody is asked and nothing called; what cannot be read so is left out.
 */
export async function keptRoles(workspace: Workspace): Promise<readonly OfferedName[]> {
  const config = workspace.config();
  const names = config.ssoSessionNames();
  if (names.length === 0) return [];
  const quiet = await workspace.unattended();
  const lists = new AccountLists(quiet.system, quiet.sessions);
  const kept = names.map(async (name) => {
    try {
      const session = namedSession(name, config);
      const list = await lists.read(session, 'roles');
      return list === undefined || list.isOld ? [] : offeredNames(session, list.accounts, config);
    } catch (error) {
      if (!isCliError(error)) throw error;
      return [];
    }
  });
  return (await Promise.all(kept)).flat();
}
