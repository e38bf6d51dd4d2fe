import { isObject, parseObject, stringField } from '../json.ts';
import { isAccountId } from '../aws/arn.ts';
import type { ReceivedAccount } from '../ports/aws.ts';

/** An account that a sign-in may use, and its roles: names of permission sets. */
export interface SsoAccount {
  /** 12 digits. */
  readonly id: string;
  /** One line of any alphabet, at most 256 UTF-16 units, no control characters; empty if the account has no name. */
  readonly name: string;
  /** As `name`. */
  readonly email: string;
  /** Sorted, without duplicates. */
  readonly roles: readonly string[];
}

const MAX_NAME = 256;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu;

/** An account in a form to show and to write to files; undefined if its id is invalid. Its name is untrusted text. */
export function acceptedAccount(
  { id, name, email }: ReceivedAccount,
  roles: readonly string[],
): SsoAccount | undefined {
  if (!isAccountId(id)) return undefined;
  return { id, name: oneLine(name), email: oneLine(email), roles: [...new Set(roles)].sort() };
}

function oneLine(text: string): string {
  return text.normalize('NFC').replaceAll(HIDDEN, ' ').trim().slice(0, MAX_NAME).trimEnd();
}

/** Orders accounts by name, ignoring case, then by id. */
export function byAccountName(a: SsoAccount, b: SsoAccount): number {
  const [left, right] = [a, b].map(({ name, id }) => `${name.toLowerCase()}\n${id}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** The text for a sealed record. */
export function encodeAccounts(accounts: readonly SsoAccount[]): string {
  return JSON.stringify({ version: 1, accounts });
}

/** Parses the text of `encodeAccounts`; undefined for any other text, such as another version's. */
export function decodeAccounts(text: string): readonly SsoAccount[] | undefined {
  const fields = parseObject(text);
  const accounts = fields?.['accounts'];
  if (fields?.['version'] !== 1 || !Array.isArray(accounts)) return undefined;
  return accounts.filter(isObject).map((account) => {
    const roles: unknown = account['roles'];
    return {
      id: stringField(account, 'id') ?? '',
      name: stringField(account, 'name') ?? '',
      email: stringField(account, 'email') ?? '',
      roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    };
  });
}
