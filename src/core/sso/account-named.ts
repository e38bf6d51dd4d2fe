import { ccvaultCommand } from '../command-line.ts';
import { CliError } from '../errors.ts';
import { closest } from '../suggest.ts';
import type { SsoAccount } from './accounts.ts';

/**
 * The id of the account with a name: an exact match, else one that differs in case only. Undefined if there is none.
 * Throws CliError `config` if there are several.
 */
export function accountNamed(
  name: string,
  accounts: readonly Pick<SsoAccount, 'id' | 'name'>[],
  session: string,
): string | undefined {
  const wanted = name.normalize('NFC');
  const same = accounts.filter((account) => account.name === wanted);
  const found =
    same.length > 0
      ? same
      : accounts.filter((account) => account.name.toLowerCase() === wanted.toLowerCase());
  if (found.length < 2) return found[0]?.id;
  const ids = found.map(({ id }) => id).toSorted();
  throw new CliError('config', `session ${session} has ${found.length} accounts called ${name}`, {
    hints: [`write one of their ids in its place: ${ids.join(', ')}`],
  });
}

/** The error for a name that no account has. */
export function noAccountNamed(
  name: string,
  accounts: readonly Pick<SsoAccount, 'name'>[],
  session: string,
): CliError {
  const near = closest(
    name,
    accounts.map((account) => account.name),
  );
  return new CliError('config', `session ${session} has no account called ${name}`, {
    hints: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      `see the accounts with: ${ccvaultCommand('sso list', { operands: [session] })}`,
    ],
  });
}
