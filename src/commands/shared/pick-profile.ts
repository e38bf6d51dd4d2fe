import type { Choice } from '../../core/ports/terminal.ts';
import { byUse } from '../../core/rows/history.ts';
import { cells, profileRows } from './profile-rows.ts';
import { useHistory } from './use-history.ts';
import type { Workspace } from './workspace.ts';

/** What a picker offers: every profile, or those with a stored key. */
export type Offered = 'profiles' | 'keys';

const COLUMNS = {
  headings: ['PROFILE', 'ACCOUNT', 'ROLE', 'REGION', 'MFA', 'SESSION'],
  givesWay: ['MFA', 'REGION', 'ACCOUNT', 'SESSION', 'ROLE'],
};

/** Lets the user choose a profile: the one used last is first, then the most used. Undefined if there is none. */
export async function pick(workspace: Workspace, offered: Offered): Promise<string | undefined> {
  const { system } = workspace;
  const now = system.clock.now();
  const rows = (await profileRows(workspace)).filter(
    ({ storedKey }) => offered === 'profiles' || storedKey !== undefined,
  );
  const choices = rows.map((row) => ({
    value: row.profile,
    label: row.profile,
    details: [row.account ?? '', cells.role(row), row.region ?? '', cells.mfa(row), cells.session(row, now)],
  }));
  if (offered === 'profiles') choices.push(...(await roleChoices(workspace)));
  if (choices.length === 0) return undefined;
  const sorted = byUse(choices, ({ value }) => value, useHistory(system), now);
  return system.terminal.choose('Profile:', sorted, COLUMNS);
}

/** Roles that can be used without a profile, from the last list that is not older than an hour. */
async function roleChoices(workspace: Workspace): Promise<readonly (Choice & { details: string[] })[]> {
  if (workspace.config().ssoSessionNames().length === 0) return [];
  const { rolesWithoutProfile } = await import('../sso/kept-roles.ts');
  return (await rolesWithoutProfile(workspace)).map(({ name, accountId, role }) => ({
    value: name,
    label: name,
    details: [accountId, role, '', '', ''],
  }));
}
