import { configLines } from '../config/lines.ts';
import type { ConfigLine } from '../config/lines.ts';
import { sectionName } from '../config/sections.ts';
import { CliError } from '../errors.ts';

/** A profile in a block, for a role of the block's session. */
export interface BlockProfile {
  readonly name: string;
  readonly accountId: string;
  readonly roleName: string;
  readonly hasRegion: boolean;
  /** The offsets at which its header begins and its last setting ends. */
  readonly start: number;
  readonly end: number;
  /** The offset after its header line. */
  readonly bodyStart: number;
}

/** The part of a config file between the two comment lines of `sso populate` for a session, those included. */
export interface ProfileBlock {
  /** The offsets at which its first line begins and its last line ends. */
  readonly start: number;
  readonly end: number;
  /** The offset at which its last line begins. New profiles go there. */
  readonly lastLine: number;
  readonly profiles: readonly BlockProfile[];
  /** The names of profiles in it that are not ours to change: those that a user added, and duplicates. */
  readonly others: ReadonlySet<string>;
}

/** The comment line that begins the block of a session. */
export function firstLineOf(session: string): string {
  return `# BEGIN ccvault sso populate ${session}`;
}

/** The comment line that ends the block of a session. */
export function lastLineOf(session: string): string {
  return `# END ccvault sso populate ${session}`;
}

interface OpenSection {
  readonly header: ConfigLine;
  readonly name: string | undefined;
  readonly settings: Map<string, string>;
  end: number;
}

/**
 * Finds the block of a session; undefined if there is none. Throws CliError `config` naming `PATH:LINE` if one of its
 * comment lines is missing or occurs twice, or if a setting directly below it would become part of another profile.
 */
export function findBlock(text: string, session: string, path: string): ProfileBlock | undefined {
  const [first, last] = [firstLineOf(session), lastLineOf(session)];
  const sections: OpenSection[] = [];
  let begin: { readonly at: number; readonly line: number } | undefined;
  let end: ConfigLine | undefined;
  let line = 0;
  let isBelow = false;
  for (const entry of configLines(text)) {
    line += 1;
    const content = entry.kind === 'comment' ? text.slice(entry.start, entry.end).trim() : '';
    if (content === first) {
      if (begin !== undefined)
        throw broken(`${path}:${line}`, `a second line "${first}"`, 'remove one of the blocks');
      begin = { at: entry.start, line };
    } else if (content === last) {
      if (begin === undefined || end !== undefined) {
        throw broken(
          `${path}:${line}`,
          `a line "${last}" without its first line`,
          'remove it, or put the first line back',
        );
      }
      end = entry;
      isBelow = true;
    } else if (begin !== undefined && end === undefined) {
      takeLine(entry, sections);
    } else if (isBelow && entry.kind !== 'blank' && entry.kind !== 'comment') {
      if (entry.kind !== 'header') {
        throw broken(
          `${path}:${line}`,
          `a setting below "${last}" that belongs to a profile above it`,
          'move it up to its profile',
        );
      }
      isBelow = false;
    }
  }
  if (begin === undefined) return undefined;
  if (end === undefined) {
    throw broken(
      `${path}:${begin.line}`,
      `a line "${first}" without its last line`,
      `put "${last}" back below the profiles`,
    );
  }
  return { start: begin.at, end: end.end, lastLine: end.start, ...sorted(sections, session) };
}

function takeLine(entry: ConfigLine, sections: OpenSection[]): void {
  if (entry.kind === 'header') {
    const section = sectionName(entry.header, 'config');
    const name = section?.kind === 'profile' ? section.name : undefined;
    sections.push({ header: entry, name, settings: new Map(), end: entry.end });
    return;
  }
  const open = sections.at(-1);
  if (open === undefined || (entry.kind !== 'key' && entry.kind !== 'continuation')) return;
  open.end = entry.end;
  if (entry.kind === 'key') open.settings.set(entry.key, entry.value);
}

function sorted(
  sections: readonly OpenSection[],
  session: string,
): Pick<ProfileBlock, 'profiles' | 'others'> {
  const uses = Map.groupBy(sections, ({ name }) => name);
  const profiles: BlockProfile[] = [];
  const others = new Set<string>();
  for (const { name, settings, header, end } of sections) {
    if (name === undefined) continue;
    const accountId = settings.get('sso_account_id');
    const roleName = settings.get('sso_role_name');
    const isOurs =
      settings.get('sso_session') === session && accountId !== undefined && roleName !== undefined;
    if (isOurs && uses.get(name)?.length === 1) {
      const hasRegion = (settings.get('region') ?? '') !== '';
      profiles.push({
        name,
        accountId,
        roleName,
        hasRegion,
        start: header.start,
        end,
        bodyStart: header.end,
      });
    } else {
      others.add(name);
    }
  }
  return { profiles, others };
}

function broken(place: string, what: string, fix: string): CliError {
  return new CliError('config', `${place}: ${what}`, { hints: [`${fix}, at ${place}`] });
}
