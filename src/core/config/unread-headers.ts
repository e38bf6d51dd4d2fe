import { configLines } from './lines.ts';
import { profileHeader, sectionHeader, sectionName } from './sections.ts';
import type { ConfigFileKind } from './sections.ts';

/** A section header that seems meant for a name but that no AWS tool reads as such. */
export interface UnreadHeader {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** The header as it is: `[dev]`. */
  readonly written: string;
  /** The header as it has to be: `[profile dev]`. */
  readonly right: string;
}

interface ConfigText {
  readonly text: string;
  readonly path: string;
  readonly file: ConfigFileKind;
}

/** Common misspellings of the word before the name. */
const PREFIXES = {
  profile: /^profiles?(?=[\s:=./"'-])[\s:=./-]*/i,
  'sso-session': /^sso[-_ ]?sessions?(?=[\s:=./"'-])[\s:=./-]*/i,
};

/** The first unread header that seems meant for `name`; undefined if there is none. Reads the whole text. */
export function findUnreadHeader(
  kind: 'profile' | 'sso-session',
  name: string,
  { text, path, file }: ConfigText,
): UnreadHeader | undefined {
  let line = 0;
  for (const entry of configLines(text)) {
    line += 1;
    if (entry.kind !== 'header' || !isMeantFor(kind, name, entry.header, file)) continue;
    const right = kind === 'profile' ? profileHeader(name, file) : sectionHeader(kind, name);
    return { path, line, written: `[${entry.header}]`, right };
  }
  return undefined;
}

// Sections of the AWS CLI that are not profiles.
const OTHER_SECTIONS: ReadonlySet<string> = new Set(['plugins', 'preview']);

/** Every header that seems meant for a profile or an SSO session but is not read as such. */
export function* unreadHeaders({ text, path, file }: ConfigText): Generator<UnreadHeader> {
  let line = 0;
  for (const entry of configLines(text)) {
    line += 1;
    if (entry.kind !== 'header') continue;
    const right = rightHeader(entry.header, file);
    if (right !== undefined) yield { path, line, written: `[${entry.header}]`, right };
  }
}

function rightHeader(header: string, file: ConfigFileKind): string | undefined {
  const bare = bareOf(header);
  const ofProfile = bare.replace(PREFIXES.profile, '');
  if (file === 'credentials')
    return ofProfile === bare ? undefined : profileHeader(unquoted(ofProfile), file);
  if (sectionName(header, file) !== undefined || OTHER_SECTIONS.has(bare.toLowerCase())) return undefined;
  const ofSession = bare.replace(PREFIXES['sso-session'], '');
  const name = unquoted(ofSession === bare ? ofProfile : ofSession);
  if (name === '') return undefined;
  if (ofSession !== bare) return sectionHeader('sso-session', name);
  return profileHeader(name.toLowerCase() === 'default' ? 'default' : name, file);
}

/** A clause for an error or a warning. */
export function unreadHeaderInWords({ path, line, written }: UnreadHeader): string {
  return `${written} at ${path}:${line} is not read`;
}

function isMeantFor(
  kind: 'profile' | 'sso-session',
  name: string,
  header: string,
  file: ConfigFileKind,
): boolean {
  const bare = bareOf(header);
  const rest = bare.replace(PREFIXES[kind], '');
  // In the credentials file each header is the name of a profile, `profile ` included.
  if (file === 'credentials') return kind === 'profile' && rest !== bare && unquoted(rest) === name;
  if (sectionName(header, file) !== undefined) return false;
  const candidates = kind === 'profile' ? [bare, rest] : rest === bare ? [] : [rest];
  return candidates.some(
    (text) => [text, unquoted(text)].includes(name) || (name === 'default' && text.toLowerCase() === name),
  );
}

/** The header without quotes or brackets around all of it: `["profile dev"]`, `[[profile dev]]`. */
function bareOf(header: string): string {
  return header.trim().replace(/^\[+(.*?)\]*$|^(["'])(.*)\2$/, '$1$3');
}

/** The text without quotes, closed or not, and without backslashes. */
function unquoted(text: string): string {
  return text.replaceAll(/["'\\]/g, '').trim();
}
