import { CliError } from '../errors.ts';
import type { SsoAccount } from './accounts.ts';

/** A role that gets a profile, and its account. */
export interface OfferedRole {
  readonly account: SsoAccount;
  readonly role: string;
}

export interface NamedRole extends OfferedRole {
  readonly profile: string;
}

export const DEFAULT_TEMPLATE = '{accountName}.{role}';

const FIELDS = ['account', 'accountName', 'role', 'session'] as const;
type Field = (typeof FIELDS)[number];

// Anything but the characters of a profile name: those of any alphabet that need no quotes in headers and shells.
const OTHERS = /[^\p{L}\p{M}\p{Nd}._-]+/gu;
const EDGES = /^[.-]+|[.-]+$/g;

/** Throws CliError `usage` for an empty template, an unknown field, or a character that profile names do not have. */
export function checkTemplate(template: string): void {
  const rest = template.replaceAll(/\{([^{}]*)\}/g, (whole, field) => (isField(field) ? '' : whole));
  if (rest.replaceAll(OTHERS, '') === rest && template !== '') return;
  throw new CliError('usage', `--name is not a template: ${template}`, {
    hints: [`use ${FIELDS.map((field) => `{${field}}`).join(', ')}, letters, digits, ".", "-" and "_"`],
  });
}

/**
 * A profile name for each role, by a checked template: letters and digits of any alphabet, `.`, `-` and `_`. Where
 * names clash, each gets its account id; where they still clash, the role, and then a number. No profile is named
 * `default`, because every tool falls back to that one. `accounts` are all accounts of the session: those that the
 * template does not tell apart get their ids whatever roles they have, so that a name does not depend on which roles
 * were asked for. Nor does it depend on the order of roles and accounts.
 */
export function nameRoles(
  roles: readonly OfferedRole[],
  accounts: readonly SsoAccount[],
  session: string,
  template: string,
): readonly NamedRole[] {
  const plain = new Map(roles.map((one) => [one, fill(template, one, session)]));
  const uses = Map.groupBy(roles, (one) => plain.get(one) ?? '');
  const alike = (account: SsoAccount): string => fill(template, { account, role: 'any' }, session);
  const likenesses = Map.groupBy(accounts, alike);
  const isAlone = (one: OfferedRole): boolean => {
    const name = plain.get(one) ?? '';
    if (name === 'default' || uses.get(name)?.length !== 1) return false;
    return (likenesses.get(alike(one.account))?.length ?? 1) === 1;
  };
  const taken = new Set(roles.filter(isAlone).map((one) => plain.get(one) ?? ''));
  const distinct = new Map<OfferedRole, string>();
  const clashing = roles.filter((one) => !isAlone(one));
  for (const one of clashing.toSorted(byIds)) {
    const name = firstFree(`${plain.get(one)}-${one.account.id}`, wordOf(one.role), taken);
    taken.add(name);
    distinct.set(one, name);
  }
  return roles.map((one) => ({ ...one, profile: distinct.get(one) ?? plain.get(one) ?? '' }));
}

function fill(template: string, { account, role }: OfferedRole, session: string): string {
  const values: Readonly<Record<Field, string>> = {
    account: account.id,
    accountName: wordOf(account.name) || account.id,
    role: wordOf(role) || '_',
    session: wordOf(session) || '_',
  };
  const name = template.replaceAll(/\{([^{}]*)\}/g, (whole, field) =>
    isField(field) ? values[field] : whole,
  );
  // A command would read a leading `-` as an option.
  return name.replace(/^-+/, '') || '_';
}

function wordOf(text: string): string {
  return text.normalize('NFC').replaceAll(OTHERS, '-').replaceAll(EDGES, '');
}

function firstFree(name: string, role: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const withRole = `${name}-${role}`;
  for (let number = 1; ; number++) {
    const next = number === 1 ? withRole : `${withRole}-${number}`;
    if (!taken.has(next)) return next;
  }
}

function byIds(a: OfferedRole, b: OfferedRole): number {
  return `${a.account.id}/${a.role}` < `${b.account.id}/${b.role}` ? -1 : 1;
}

function isField(name: unknown): name is Field {
  return FIELDS.some((field) => field === name);
}
