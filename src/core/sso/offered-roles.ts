import { isAccountId } from '../aws/arn.ts';
import type { SsoAccount } from './accounts.ts';
import type { NamedSsoSession } from './session.ts';

/** A role that can be used as SESSION/ACCOUNT/ROLE. */
export interface OfferedName {
  readonly name: string;
  readonly session: string;
  readonly accountId: string;
  readonly role: string;
}

/** SESSION/ACCOUNT/ROLE with the account's id, even if the name has the account's name. */
export function nameById({ session, accountId, role }: OfferedName): string {
  return `${session}/${accountId}/${role}`;
}

/**
 * Every role of a session as SESSION/ACCOUNT/ROLE: with the account's name, or with its id where the name is missing,
 * looks like an id or is another account's too.
 */
export function offeredNames(
  session: NamedSsoSession,
  accounts: readonly SsoAccount[],
): readonly OfferedName[] {
  const uses = Map.groupBy(accounts, ({ name }) => name.toLowerCase());
  return accounts.flatMap(({ id, name, roles }) => {
    const isPlain = name !== '' && !isAccountId(name) && uses.get(name.toLowerCase())?.length === 1;
    return roles.map((role) => ({
      name: `${session.session}/${isPlain ? name : id}/${role}`,
      session: session.session,
      accountId: id,
      role,
    }));
  });
}
