import { configLines } from './lines.ts';
import type { ConfigLine, KeyLine } from './lines.ts';
import { profileHeader, sectionHeader, sectionName } from './sections.ts';
import type { ConfigFileKind } from './sections.ts';
import { CliError } from '../errors.ts';

/** A section of a profile: its header line and the lines up to the next header. */
export interface WrittenSection {
  readonly bareDefault: boolean;
  readonly header: ConfigLine;
  readonly lines: ConfigLine[];
  next?: ConfigLine;
}

/** A replacement of the text between two offsets. The changes of one edit do not overlap. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Sets keys of a profile and changes no other byte: a new section goes to the end of the file, a new key below the
 * last one of the section, and a new value replaces the old one and leaves the comment on the line. Throws CliError
 * `usage` for a name or value that would not read back the same: with line breaks or control characters, an empty
 * value, or one with a comment mark after a blank.
 */
export function setProfileKeys(
  text: string,
  profile: string,
  kind: ConfigFileKind,
  keys: ReadonlyArray<readonly [string, string]>,
): string {
  assertProfileName(profile, kind);
  for (const [key, value] of keys) checkSetting(key, value);
  const sections = effectiveSections(text, profile, kind);
  const target = sections.at(-1);
  const wanted = new Map(keys.map(([key, value]) => [key.toLowerCase(), { key, value }]));
  const eol = lineBreakOf(text);
  if (target === undefined) return appended(text, profileHeader(profile, kind), wanted.values());
  const changes: Change[] = [];
  for (const [key, { value }] of wanted) {
    const place = lastKeyLine(sections, key);
    if (place === undefined) continue;
    changes.push(...replaceValue(text, place.line, value), ...dropContinuations(place.section, place.line));
    wanted.delete(key);
  }
  if (wanted.size > 0)
    changes.push(addLines(text, target, settingLines(wanted.values(), indentOf(text, target)), eol));
  return apply(text, changes);
}

/**
 * Adds a section at the end of the config file and changes no other byte. Throws CliError `usage` for a value that
 * would not read back the same.
 */
export function addSection(
  text: string,
  kind: 'sso-session',
  name: string,
  keys: ReadonlyArray<readonly [string, string]>,
): string {
  for (const [key, value] of keys) checkSetting(key, value);
  return appended(
    text,
    sectionHeader(kind, name),
    keys.map(([key, value]) => ({ key, value })),
  );
}

function appended(text: string, header: string, settings: Iterable<{ key: string; value: string }>): string {
  const eol = lineBreakOf(text);
  const lines = [header, ...settingLines(settings, '')];
  return `${text}${gapBefore(text, eol)}${lines.map((line) => line + eol).join('')}`;
}

/**
 * Removes keys from every section of a profile, with the indented lines below them, and changes no other byte. The
 * header of a section that becomes empty stays.
 */
export function removeProfileKeys(
  text: string,
  profile: string,
  kind: ConfigFileKind,
  keys: readonly string[],
): string {
  const unwanted = new Set(keys.map((key) => key.toLowerCase()));
  const changes: Change[] = [];
  for (const section of sectionsOf(text, profile, kind)) {
    for (const line of section.lines) {
      if (line.kind !== 'key' || !unwanted.has(line.key)) continue;
      changes.push({ from: line.start, to: line.end, text: '' }, ...dropContinuations(section, line));
    }
  }
  return apply(text, changes);
}

/**
 * Every setting of a profile in the text, those in sections that another section hides included; keys in lower case.
 */
export function writtenSettings(text: string, profile: string, kind: ConfigFileKind): readonly KeyLine[] {
  return sectionsOf(text, profile, kind).flatMap(({ lines }) => lines.filter((line) => line.kind === 'key'));
}

/** The sections of a profile in file order, those that another section hides included. */
export function sectionsOf(text: string, profile: string, kind: ConfigFileKind): WrittenSection[] {
  const found: WrittenSection[] = [];
  let current: WrittenSection | undefined;
  for (const line of configLines(text)) {
    if (line.kind !== 'header') {
      current?.lines.push(line);
      continue;
    }
    if (current !== undefined) current.next = line;
    const section = sectionName(line.header, kind);
    const ours = section?.kind === 'profile' && section.name === profile;
    current = ours ? { bareDefault: section.bareDefault, header: line, lines: [] } : undefined;
    if (current !== undefined) found.push(current);
  }
  return found;
}

/** The sections that take effect: `[profile default]` hides `[default]`. */
function effectiveSections(text: string, profile: string, kind: ConfigFileKind): WrittenSection[] {
  const sections = sectionsOf(text, profile, kind);
  const named = sections.filter((section) => !section.bareDefault);
  return named.length > 0 ? named : sections;
}

function lastKeyLine(
  sections: readonly WrittenSection[],
  key: string,
): { section: WrittenSection; line: KeyLine } | undefined {
  for (const section of sections.toReversed()) {
    const line = section.lines.findLast((candidate) => candidate.kind === 'key' && candidate.key === key);
    if (line?.kind === 'key') return { section, line };
  }
  return undefined;
}

function replaceValue(text: string, line: KeyLine, value: string): Change[] {
  if (line.value === value) return [];
  if (line.value !== '') return [{ from: line.valueStart, to: line.valueEnd, text: value }];
  // Goes between the delimiter and the blanks or the comment after it.
  const blank =
    /[ \t]/.test(text.charAt(line.valueStart - 2)) || text.charAt(line.valueStart) === ' ' ? ' ' : '';
  return [{ from: line.valueStart, to: line.valueStart, text: blank + value }];
}

/** Removes the indented lines of a key's value; comments and blank lines between them stay. */
function dropContinuations(section: WrittenSection, line: KeyLine): Change[] {
  const changes: Change[] = [];
  for (const next of section.lines.slice(section.lines.indexOf(line) + 1)) {
    if (next.kind === 'key') break;
    if (next.kind === 'continuation') changes.push({ from: next.start, to: next.end, text: '' });
  }
  return changes;
}

function addLines(text: string, section: WrittenSection, lines: readonly string[], eol: string): Change {
  const last = lastSettingLine(section) ?? section.header;
  const open = text.slice(last.start, last.end).search(/[\r\n]/) === -1;
  return { from: last.end, to: last.end, text: (open ? eol : '') + lines.map((line) => line + eol).join('') };
}

function lastSettingLine(section: WrittenSection): ConfigLine | undefined {
  return section.lines.findLast((line) => line.kind === 'key' || line.kind === 'continuation');
}

/**
 * The indentation of the section's last key, so that a new line neither continues a key nor gets one as a nested key.
 * In an empty section that of the next header, which would become a continuation if it were indented deeper.
 */
function indentOf(text: string, section: WrittenSection): string {
  const line = section.lines.findLast((candidate) => candidate.kind === 'key') ?? section.next;
  return line === undefined ? '' : (/^[^\S\r\n]*/.exec(text.slice(line.start, line.end))?.[0] ?? '');
}

function settingLines(settings: Iterable<{ key: string; value: string }>, indent: string): string[] {
  return [...settings].map(({ key, value }) => `${indent}${key} = ${value}`);
}

/** The first line break of a text; a line feed if it has none. */
export function lineBreakOf(text: string): string {
  return /\r\n?|\n/.exec(text)?.[0] ?? '\n';
}

/** The separator between a text and a new section: the line break that an open last line lacks, and one blank line. */
export function gapBefore(text: string, eol: string): string {
  if (text === '' || text === '\uFEFF') return '';
  if (!/[\r\n]$/.test(text)) return eol + eol;
  return /(?:^|\r(?!\n)|\n)[^\S\r\n]*(?:\r\n?|\n)$/.test(text) ? '' : eol;
}

/** Applies changes, in any order, to a text. */
export function apply(text: string, changes: readonly Change[]): string {
  let result = '';
  let at = 0;
  for (const change of changes.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    result += text.slice(at, change.from) + change.text;
    at = change.to;
  }
  return result + text.slice(at);
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Throws CliError `usage` for a name that would not read back the same from a section header. */
export function assertProfileName(profile: string, kind: ConfigFileKind): void {
  const [line] = configLines(profileHeader(profile, kind));
  const section = line?.kind === 'header' ? sectionName(line.header, kind) : undefined;
  if (CONTROL.test(profile) || section?.kind !== 'profile' || section.name !== profile) {
    throw new CliError('usage', `profile name ${profile} cannot be written to an AWS config file`, {
      hints: ['use letters, digits and any of _ - . @ + / in profile names'],
    });
  }
}

function checkSetting(key: string, value: string): void {
  const [, line] = configLines(`[x]\n${key} = ${value}`);
  const same = line?.kind === 'key' && line.key === key.toLowerCase() && line.value === value && value !== '';
  if (CONTROL.test(key + value) || !same) {
    // Never shows the value: it may be a secret.
    throw new CliError('usage', `the value for ${key} cannot be written to an AWS config file`, {
      hints: [`give ${key} a value of one line without blanks around it and without " #" or " ;" in it`],
    });
  }
}
