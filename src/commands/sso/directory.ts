import type { System } from '../../core/ports/system.ts';
import type { SsoAccount } from '../../core/sso/accounts.ts';
import { listSsoAccounts, withRoles } from '../../sources/sso-accounts.ts';
import type { ChosenSession } from './choose-session.ts';

/**
 * Lists from AWS what the sign-in may use: every account, and the roles of those that `wanted` selects. Shows progress
 * on the terminal. Caches the accounts, and the roles if they are complete. Throws as obtainSsoToken and Aws.
 */
export async function askForAccounts(
  { session, access, context, lists }: ChosenSession,
  wanted?: (account: SsoAccount) => boolean,
): Promise<{ readonly all: readonly SsoAccount[]; readonly wanted: readonly SsoAccount[] }> {
  const { system } = context;
  const listed = await listSsoAccounts(access, context);
  const picked = wanted === undefined ? listed.accounts : listed.accounts.filter(wanted);
  const progress = progressOf(picked.length, system);
  try {
    const { accounts, leftOut } = await withRoles({ ...listed, accounts: picked }, access, context, progress);
    await lists.write(session, 'names', listed.accounts);
    if (wanted === undefined) await lists.write(session, 'roles', accounts);
    system.out.clearProgress();
    if (leftOut > 0) {
      system.out.warning(
        `${leftOut} accounts or roles were left out: their ids or names are not valid in AWS`,
      );
    }
    return { all: listed.accounts, wanted: accounts };
  } finally {
    system.out.clearProgress();
  }
}

function progressOf(total: number, { out }: Pick<System, 'out'>): (done: number) => void {
  const tell = (done: number): void => out.progress(`listing roles: ${done} of ${total} accounts`);
  if (total > 0) tell(0);
  return tell;
}
