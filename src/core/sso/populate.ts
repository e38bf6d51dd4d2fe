import { ccvaultCommand } from '../command-line.ts';
import { apply, gapBefore, lineBreakOf, setProfileKeys } from '../config/edit.ts';
import { profileHeader } from '../config/sections.ts';
import { findBlock, firstLineOf, lastLineOf } from './profile-block.ts';
import type { BlockProfile, ProfileBlock } from './profile-block.ts';
import type { NamedRole } from './profile-names.ts';
import { roleKey } from './standing-profiles.ts';

/** The profiles that `sso populate` wants in a config file. */
export interface Wish {
  readonly session: string;
  readonly roles: readonly NamedRole[];
  /** The region for profiles that have none. */
  readonly region: string | undefined;
  /** True to remove profiles whose role is gone. */
  readonly prune: boolean;
  /** True if the sign-in may no longer use a role; false if that is not known. */
  isTakenAway(accountId: string, roleName: string): boolean;
  /** Given the file without the block, returns a test for profile names that are in use elsewhere. */
  elsewhere(outside: string): (name: string) => boolean;
}

export interface ProfileChange {
  readonly kind: 'added' | 'changed' | 'gone';
  readonly profile: string;
  readonly accountId: string;
  readonly roleName: string;
  /** A few words for the user; empty if there is nothing to say. */
  readonly note: string;
}

export interface Populated {
  /** The new text of the file. */
  readonly text: string;
  readonly changes: readonly ProfileChange[];
  /** Names of profiles that were left alone because they exist outside the block. */
  readonly elsewhere: readonly string[];
  /** The number of profiles in the block that need no change. */
  readonly unchanged: number;
}

/**
 * Updates the block of a session. Changes no byte outside the block and no setting that a user added to its profiles.
 * A new profile for the role of one that is gone takes over its settings. Throws CliError `config` naming `PATH:LINE`
 * for a broken block.
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
        return told('added', role, before === undefined ? '' : `was ${before.name}`);
      }),
      ...changed.map(({ role, note }) => told('changed', role, note)),
      ...gone.map(({ name, accountId, roleName }) => ({
        kind: 'gone' as const,
        profile: name,
        accountId,
        roleName,
        note: wish.isTakenAway(accountId, roleName) ? '' : 'renamed',
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
    notes.push(`was account ${profile.accountId}`);
  }
  if (profile.roleName !== role.role) {
    keys.push(['sso_role_name', role.role]);
    notes.push(`was role ${profile.roleName}`);
  }
  if (region !== undefined && !profile.hasRegion) {
    keys.push(['region', region]);
    notes.push(`region ${region}`);
  }
  return keys.length === 0 ? undefined : { role, profile, keys, note: notes.join(', ') };
}

/** The profiles in the block whose role was removed, or now has a profile with another name in it. */
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

/** The length of the blank line after a section; 0 if there is none. */
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
