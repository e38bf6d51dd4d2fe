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
 * Finds the account that a profile of the form SESSION/ACCOUNT/ROLE names, and records it for the workspace's config:
 * from the list cached within the last hour, else from AWS. Throws CliError `config` for a name that no account or
 * several have, and what a sign-in throws.
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
    // The session may be cached, so that AWS is not needed at all.
    if (keptId === undefined || !isCliError(error) || error.kind !== 'aws') throw error;
    workspace.noteAccount(session, name, keptId);
  }
}

/**
 * The same from the cached list alone, without a call or a prompt: for commands that work offline. Throws CliError
 * `config` where the list does not have the name.
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
  throw new CliError('config', `the account ${name} of session ${session} is not known here`, {
    hints: [
      'use its account id instead',
      `or list the accounts first: ${ccvaultCommand('sso list', { operands: [session] })}`,
    ],
  });
}
