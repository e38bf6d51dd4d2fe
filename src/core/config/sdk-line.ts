import { shellWord } from '../command-line.ts';
import { lineBreakOf, sectionsOf, setProfileKeys } from './edit.ts';
import type { WrittenSection } from './edit.ts';
import type { ConfigLine, KeyLine } from './lines.ts';
import type { ConfigFileKind } from './sections.ts';

const KEY = 'credential_process';
/** Marks a section that was added with the line, so that both can be removed. */
const OUR_SECTION = '# section written by ccvault sdk';
/** Precedes each line of the setting that the line replaces, so that it can be restored. */
const REPLACED = '# replaced by ccvault sdk: ';

/**
 * The `credential_process` through which an SDK gets a profile's credentials. Some SDKs split it themselves, others
 * pass it to the system's shell. All understand double quotes, in which a POSIX shell expands characters that single
 * quotes keep.
 */
export function credentialProcessLine(profile: string): string {
  const word = /\s/.test(profile) && !/["$`\\]/.test(profile) ? `"${profile}"` : shellWord(profile);
  return ['ccvault', 'export', '--format', 'json', ...(profile.startsWith('-') ? ['--'] : []), word].join(
    ' ',
  );
}

/**
 * Adds the SDKs' line to a profile so that `withoutSdkLine` can restore the text byte for byte: another
 * `credential_process` becomes a comment, an added section is marked, and a text without a final line break stays
 * without. Throws CliError `usage` for a name that cannot be written to the file.
 */
export function withSdkLine(text: string, profile: string, kind: ConfigFileKind): string {
  const sections = sectionsOf(text, profile, kind);
  if (sections.length === 0) return text + newSection(text, profile, kind);
  const value = credentialProcessLine(profile);
  let edited = text;
  for (const section of sections.toReversed()) {
    for (const { start } of replacedLines(section, value).toReversed()) {
      edited = edited.slice(0, start) + REPLACED + edited.slice(start);
    }
  }
  const eol = lineBreakOf(edited);
  const added = setProfileKeys(edited, profile, kind, [[KEY, value]]);
  return added !== edited && isOpen(text) && added.endsWith(eol) ? added.slice(0, -eol.length) : added;
}

/** Reverts `withSdkLine` and changes no other byte; returns a text without the line unchanged. */
export function withoutSdkLine(text: string, profile: string, kind: ConfigFileKind): string {
  const value = credentialProcessLine(profile);
  const sections = sectionsOf(text, profile, kind);
  let edited = text;
  // From the end, so that earlier offsets stay valid.
  for (const section of sections.toReversed()) {
    const ours = section.lines
      .filter(isProcess)
      .filter((line) => line.value === value && !isContinued(line, section));
    for (const line of ours.toReversed()) edited = withoutLine(edited, line, section);
  }
  return edited === text ? text : withReplaced(edited, profile, kind);
}

function newSection(text: string, profile: string, kind: ConfigFileKind): string {
  const eol = lineBreakOf(text);
  const [header = '', line = ''] = setProfileKeys('', profile, kind, [
    [KEY, credentialProcessLine(profile)],
  ]).split('\n');
  const gap = text === '' || text === '\uFEFF' ? '' : isOpen(text) ? eol + eol : eol;
  return `${gap}${header}${eol}${OUR_SECTION}${eol}${line}${isOpen(text) ? '' : eol}`;
}

/** Removes the line, the mark of an added section, and that section if it has no other setting by now. */
function withoutLine(text: string, line: KeyLine, { header, lines }: WrittenSection): string {
  const isLast = line.end === text.length && isOpen(text);
  const mark = lines.find((one) => text.slice(one.start, one.end).trim() === OUR_SECTION);
  if (mark === undefined) return cut(text, isLast ? beforeBreak(text, line.start) : line.start, line.end);
  const [first, second, ...others] = lines;
  if (first !== mark || second !== line || others.some(({ kind }) => kind === 'key')) {
    return cut(cut(text, line.start, line.end), mark.start, mark.end);
  }
  const start = beforeGap(text, header.start);
  return cut(text, isLast ? beforeBreak(text, start) : start, line.end);
}

function withReplaced(text: string, profile: string, kind: ConfigFileKind): string {
  let edited = text;
  for (const { lines } of sectionsOf(text, profile, kind).toReversed()) {
    for (const { start } of lines.toReversed()) {
      if (edited.startsWith(REPLACED, start)) edited = cut(edited, start, start + REPLACED.length);
    }
  }
  return edited;
}

function replacedLines(section: WrittenSection, value: string): readonly ConfigLine[] {
  const others = section.lines
    .filter(isProcess)
    .filter((line) => line.value !== value || isContinued(line, section));
  const below = new Set(others.flatMap((line) => continuationsOf(line, section)));
  return section.lines.filter((line) => below.has(line) || others.some((other) => other === line));
}

function isProcess(line: ConfigLine): line is KeyLine {
  return line.kind === 'key' && line.key === KEY;
}

function isContinued(line: KeyLine, section: WrittenSection): boolean {
  return continuationsOf(line, section).length > 0;
}

function continuationsOf(line: KeyLine, { lines }: WrittenSection): readonly ConfigLine[] {
  const below = lines.slice(lines.indexOf(line) + 1);
  const next = below.findIndex(({ kind }) => kind === 'key');
  return below.slice(0, next === -1 ? below.length : next).filter(({ kind }) => kind === 'continuation');
}

function cut(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(to);
}

/** The offset of the line break that ends at `at`; `at` itself if there is none. */
function beforeBreak(text: string, at: number): number {
  return at - (/(?:\r\n|[\r\n])$/.exec(text.slice(Math.max(0, at - 2), at))?.[0].length ?? 0);
}

/** The offset of the blank line above a header; the header's own offset if there is none. */
function beforeGap(text: string, header: number): number {
  if (header === 0) return text.startsWith('\uFEFF') ? 1 : 0;
  const start = beforeBreak(text, header);
  return start === 0 || /[\r\n\uFEFF]/.test(text.charAt(start - 1)) ? start : header;
}

/** True if the last line of a text has no line break. */
function isOpen(text: string): boolean {
  return !/(?:^\uFEFF?|[\r\n])$/.test(text);
}
