import { isAccountId } from '../../core/aws/arn.ts';
import { ccvaultCommand } from '../../core/command-line.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { accountNamed, noAccountNamed } from '../../core/sso/account-named.ts';
import { namedSession } from '../../core/sso/session.ts';
import { ssoRoleNamed } from '../../core/sso/role-profiles.ts';
import { listSsoAccounts } from '../../sources/sso-accounts.ts';
import { AccountLists } from '../../vault/sessions/account-lists.ts';
import type { Workspace } from '../shared/workspace.ts';
import { chooseSession } from './choose-session.ts';

/**
 * Finds the account that a profile of the form SESSION/ACCOUNT/ROLE names, so that the workspace's config knows it: in
 * the list that was kept within the hour, else at AWS. Throws CliError `config` for a name that none or several have,
 * and what a sign-in throws.
 */
export async function knowAccount(workspace: Workspace, profile: string): Promise<void> {
  const named = ssoRoleNamed(profile, workspace.config());
  if (named === undefined || isAccountId(named.account)) return;
  const { session, account: name } = named;
  const chosen = await chooseSession(workspace, session);
  const kept = await chosen.lists.read(chosen.session, 'names');
  const keptId = kept === undefined ? undefined : accountNamed(name, kept.accounts, session);
  if (keptId !== undefined && kept?.isOld === false) return workspace.noteAccount(session, name, keptId);
  try {
    const { accounts } = await listSsoAccounts(chosen.access, chosen.context);
    await chosen.lists.write(chosen.session, 'names', accounts);
    const id = accountNamed(name, accounts, session);
    if (id === undefined) throw noAccountNamed(name, accounts, session);
    workspace.noteAccount(session, name, id);
  } catch (error) {
    // Its session may be cached, and AWS not be needed at all.
    if (keptId === undefined || !isCliError(error) || error.kind !== 'aws') throw error;
    workspace.noteAccount(session, name, keptId);
  }
}

/**
 * The same from what was kept, without a call or a prompt: for commands that are offline. Throws CliError `config` where the
 * name is not known here.
 */
export async function recallAccount(workspace: Workspace, profile: string): Promise<void> {
  const named = ssoRoleNamed(profile, workspace.config());
  if (named === undefined || isAccountId(named.account)) return;
  const { session, account: name } = named;
  const quiet = await workspace.unattended();
  const lists = new AccountLists(quiet.system, quiet.sessions);
  const kept = await lists.read(namedSession(session, workspace.config()), 'names').catch(() => undefined);
  const id = kept === undefined ? undefined : accountNamed(name, kept.accounts, session);
  if (id !== undefined) return workspace.noteAccount(session, name, id);
  if (kept !== undefined && !kept.isOld) throw noAccountNamed(name, kept.accounts, session);
  throw new CliError('config', `which account of session ${session} is called ${name} is not known here`, {
    hints: [
      'write its id in its place',
      `or list the accounts first: ${ccvaultCommand('sso list', { operands: [session] })}`,
    ],
  });
}
