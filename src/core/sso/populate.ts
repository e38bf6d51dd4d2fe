import { ccvaultCommand } from '../command-line.ts';
import { apply, gapBefore, lineBreakOf, setProfileKeys } from '../config/edit.ts';
import { profileHeader } from '../config/sections.ts';
import { findBlock, firstLineOf, lastLineOf } from './profile-block.ts';
import type { BlockProfile, ProfileBlock } from './profile-block.ts';
import type { NamedRole } from './profile-names.ts';
import { roleKey } from './standing-profiles.ts';

/** What `sso populate` wants to be in a config file. */
export interface Wish {
  readonly session: string;
  readonly roles: readonly NamedRole[];
  /** For profiles that have none. */
  readonly region: string | undefined;
  /** Whether profiles whose role is gone are removed. */
  readonly prune: boolean;
  /** Whether the sign-in may not use a role any more, as far as that was asked. */
  isTakenAway(accountId: string, roleName: string): boolean;
  /** Returns the names that are used elsewhere, given the file without the block. */
  elsewhere(outside: string): (name: string) => boolean;
}

export interface ProfileChange {
  readonly kind: 'added' | 'changed' | 'gone';
  readonly profile: string;
  readonly accountId: string;
  readonly roleName: string;
  /** In a few words, for a person; empty where there is nothing to say. */
  readonly note: string;
}

export interface Populated {
  /** The text of the file as it is to be. */
  readonly text: string;
  readonly changes: readonly ProfileChange[];
  /** Names of profiles that were left alone because they exist outside the block. */
  readonly elsewhere: readonly string[];
  /** How many profiles of the block are as they are to be. */
  readonly unchanged: number;
}

/**
 * Brings the block of a session to what is wished, and leaves every byte outside it and every setting that a person
 * added to its profiles as it is. A profile added for the role of one that goes has its settings. Throws CliError
 * `config` naming `path` for a block that is broken.
 */
export function populate(text: string, path: string, wish: Wish): Populated {
  const block = findBlock(text, wish.session, path);
  const outside = block === undefined ? text : text.slice(0, block.start) + text.slice(block.end);
  const standing = new Map(block?.profiles.map((profile) => [profile.name, profile]));
  const isOutside = wish.elsewhere(outside);
  const [left, wanted] = split(
    wish.roles,
    ({ profile }) => block?.others.has(profile) === true || isOutside(profile),
  );
  const gone = goneFrom(block, wanted, wish);
  const added = wanted.filter(({ profile }) => !standing.has(profile));
  const changed = wanted.flatMap((role) => changeOf(role, standing.get(role.profile), wish) ?? []);
  const former = new Map(gone.map((one) => [roleKey(one.accountId, one.roleName), one]));
  const sections = added.map((role) => newSection(role, former.get(keyOf(role)), text, wish));
  return {
    text: edited(text, block, { sections, changed, gone: wish.prune ? gone : [] }, wish),
    changes: [
      ...added.map((role) => {
        const before = former.get(keyOf(role));
        return told('added', role, before === undefined ? '' : `called ${before.name} so far`);
      }),
      ...changed.map(({ role, note }) => told('changed', role, note)),
      ...gone.map(({ name, accountId, roleName }) => ({
        kind: 'gone' as const,
        profile: name,
        accountId,
        roleName,
        note: wish.isTakenAway(accountId, roleName) ? '' : 'has another name now',
      })),
    ],
    elsewhere: left.map(({ profile }) => profile),
    unchanged: wanted.length - added.length - changed.length,
  };
}

interface Changed {
  readonly role: NamedRole;
  readonly profile: BlockProfile;
  readonly keys: readonly (readonly [string, string])[];
  readonly note: string;
}

function changeOf(role: NamedRole, profile: BlockProfile | undefined, { region }: Wish): Changed | undefined {
  if (profile === undefined) return undefined;
  const keys: [string, string][] = [];
  const notes: string[] = [];
  if (profile.accountId !== role.account.id) {
    keys.push(['sso_account_id', role.account.id]);
    notes.push(`account ${profile.accountId} so far`);
  }
  if (profile.roleName !== role.role) {
    keys.push(['sso_role_name', role.role]);
    notes.push(`role ${profile.roleName} so far`);
  }
  if (region !== undefined && !profile.hasRegion) {
    keys.push(['region', region]);
    notes.push(`region ${region}`);
  }
  return keys.length === 0 ? undefined : { role, profile, keys, note: notes.join(', ') };
}

/** Profiles of the block whose role was removed, or has a profile of another name there. */
function goneFrom(
  block: ProfileBlock | undefined,
  wanted: readonly NamedRole[],
  wish: Wish,
): readonly BlockProfile[] {
  const names = new Set(wish.roles.map(({ profile }) => profile));
  const roles = new Set(wanted.map(keyOf));
  return (block?.profiles ?? []).filter(
    ({ name, accountId, roleName }) =>
      !names.has(name) && (roles.has(roleKey(accountId, roleName)) || wish.isTakenAway(accountId, roleName)),
  );
}

function newSection(
  role: NamedRole,
  former: BlockProfile | undefined,
  text: string,
  { session, region }: Wish,
): string {
  const keys: [string, string][] = [
    ['sso_session', session],
    ['sso_account_id', role.account.id],
    ['sso_role_name', role.role],
  ];
  if (region !== undefined && former?.hasRegion !== true) keys.push(['region', region]);
  const eol = lineBreakOf(text);
  const settings = former === undefined ? '' : text.slice(former.bodyStart, former.end);
  return setProfileKeys(
    `${profileHeader(role.profile, 'config')}${eol}${settings}`,
    role.profile,
    'config',
    keys,
  );
}

interface BlockEdit {
  readonly sections: readonly string[];
  readonly changed: readonly Changed[];
  readonly gone: readonly BlockProfile[];
}

function edited(
  text: string,
  block: ProfileBlock | undefined,
  { sections, changed, gone }: BlockEdit,
  { session }: Wish,
): string {
  const eol = lineBreakOf(text);
  const added = sections.map((section) => section + eol).join('');
  if (block === undefined) {
    if (sections.length === 0) return text;
    const command = ccvaultCommand('sso populate', { operands: [session] });
    const note = `# Profiles of \`${command}\`: what you add to one stays.`;
    return `${text}${gapBefore(text, eol)}${firstLineOf(session)}${eol}${note}${eol}${eol}${added}${lastLineOf(session)}${eol}`;
  }
  const above = text.slice(block.start, block.lastLine);
  const gap = added === '' || /(?:\r\n?|\n)[^\S\r\n]*(?:\r\n?|\n)$/.test(above) ? '' : eol;
  return apply(text, [
    ...changed.map(({ profile, keys }) => ({
      from: profile.start,
      to: profile.end,
      text: setProfileKeys(text.slice(profile.start, profile.end), profile.name, 'config', keys),
    })),
    ...gone.map(({ start, end }) => ({ from: start, to: end + blankAfter(text, end), text: '' })),
    { from: block.lastLine, to: block.lastLine, text: gap + added },
  ]);
}

/** How long the blank line is that parts a section from the next. */
function blankAfter(text: string, at: number): number {
  return /^[^\S\r\n]*(?:\r\n?|\n)/.exec(text.slice(at, at + 80))?.[0].length ?? 0;
}

function told(
  kind: ProfileChange['kind'],
  { profile, account, role }: NamedRole,
  note: string,
): ProfileChange {
  return { kind, profile, accountId: account.id, roleName: role, note };
}

function keyOf({ account, role }: NamedRole): string {
  return roleKey(account.id, role);
}

function split<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
