import { configLines, headerOf } from './lines.ts';
import { sectionName } from './sections.ts';
import type { ConfigFileKind, SectionName } from './sections.ts';
import { CliError } from '../errors.ts';

/**
 * Pairs of offsets: the start of a header line and the end of its section. A section that occurs twice has two pairs.
 */
export type Ranges = readonly number[];

/** The offsets of a file's sections, whose keys are read on demand. */
export class SectionIndex {
  readonly text: string;
  readonly profiles = new Map<string, number[]>();
  readonly 'sso-session' = new Map<string, number[]>();
  readonly services = new Map<string, number[]>();
  readonly #file: ConfigFileKind;
  #open: number[] | undefined;
  #defaultIsBare = false;

  constructor(text: string, file: ConfigFileKind) {
    this.text = text;
    this.#file = file;
  }

  /** Ends the open section, if there is one, and begins the next. */
  begin(header: string, start: number): void {
    this.end(start);
    const section = sectionName(header, this.#file);
    if (section === undefined) return;
    const sections = section.kind === 'profile' ? this.profiles : this[section.kind];
    const ranges = sections.get(section.name);
    const hidden = ranges !== undefined && this.#hides(section, ranges);
    if (hidden) return;
    this.#open = ranges ?? [];
    this.#open.push(start);
    if (ranges === undefined) sections.set(section.name, this.#open);
    if (section.kind === 'profile' && section.name === 'default') this.#defaultIsBare = section.bareDefault;
  }

  end(at: number): void {
    this.#open?.push(at);
    this.#open = undefined;
  }

  /** `[profile default]` replaces a `[default]` before it and hides one after it. */
  #hides(section: SectionName, ranges: number[]): boolean {
    if (section.kind !== 'profile' || section.name !== 'default' || this.#file === 'credentials')
      return false;
    if (section.bareDefault) return !this.#defaultIsBare;
    if (this.#defaultIsBare) ranges.length = 0;
    return false;
  }
}

/**
 * Matches a line, with the line break before it, that needs the line-by-line parser: an indented bracket, a line
 * without a delimiter or without a key before it, an unclosed bracket. Ordinary files have none, and one search for
 * this expression in 50,000 lines takes 1 ms, a loop over the lines 10 ms.
 */
const UNUSUAL_LINE =
  /\n(?:[=:]|\[(?:\]|[^\]\n]*(?=\n|$))|[^\s#;[=:][^=:\n]*(?=\n|$)|[^\S\n]+(?:[[=:]|[^\s#;[=:][^=\n]*(?=\n|$)))/;

// A CR without LF ends a line in Python; the fast path below looks for LF alone.
const LONE_CR = /\r(?!\n)/;

/**
 * Indexes the sections of a file in linear time: 10,000 sections take about 6 ms from a cold start. Throws CliError
 * `config` for UTF-16 and, naming `PATH:LINE`, for a line that the AWS CLI cannot parse.
 */
export function indexSections(source: string, path: string, file: ConfigFileKind): SectionIndex {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  // Decoded as UTF-8, UTF-16 has a NUL beside every ASCII letter, and two replacement characters at the start.
  if (text.includes('\0') || text.startsWith('\uFFFD\uFFFD')) {
    throw new CliError('config', `${path}: this is not UTF-8 text`, { hints: [`save it as UTF-8: ${path}`] });
  }
  const index = new SectionIndex(text, file);
  const first = text.indexOf('\n[') + 1;
  if (first === 0 || UNUSUAL_LINE.test(text) || LONE_CR.test(text)) return indexLineByLine(index, path);
  // The lines before the first header that is not on line 1.
  indexLineByLine(index, path, first);
  for (let start = first; start !== -1; start = text.indexOf('[', start + 1)) {
    if (text.charCodeAt(start - 1) === LF) index.begin(headerOfLine(text, start), start);
  }
  index.end(text.length);
  return index;
}

const LF = 10;

/** The text between the brackets of a header line. */
function headerOfLine(text: string, start: number): string {
  const lineEnd = text.indexOf('\n', start);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const close = text.indexOf(']', start);
  return close === end - 1 ? text.slice(start + 1, close) : (headerOf(text.slice(start, end).trim()) ?? '');
}

/**
 * Indexes the sections up to `to`. Throws CliError `config` for the first line that Python's configparser, or
 * botocore's parser of nested keys, does not accept.
 */
function indexLineByLine(index: SectionIndex, path: string, to: number = index.text.length): SectionIndex {
  let number = 0;
  let nesting = false;
  for (const line of configLines(index.text, 0, to)) {
    number += 1;
    if (line.kind === 'header') index.begin(line.header, line.start);
    if (line.kind === 'key') nesting = line.bare;
    const content = index.text.slice(line.start, line.end);
    if (line.kind === 'orphan' || line.kind === 'broken') throw brokenLine(path, number, content, line.kind);
    if (line.kind === 'continuation' && nesting && !content.includes('=')) {
      throw brokenLine(path, number, content, 'broken');
    }
  }
  index.end(to);
  return index;
}

// Never shows the line: in the credentials file it may be a secret.
function brokenLine(path: string, line: number, content: string, kind: 'orphan' | 'broken'): CliError {
  let what = 'neither "key = value" nor a [section]';
  let fix = 'correct it or put # before it';
  if (content.trimStart().startsWith('[')) {
    what = 'a [section] header without its name or its closing bracket';
    fix = 'complete it, as in [profile NAME]';
  } else if (kind === 'orphan') {
    what = 'a setting above the first [section]';
    fix = 'put a header such as [default] above it';
  }
  return new CliError('config', `${path}:${line}: ${what}`, {
    hints: [`in line ${line} of ${path}: ${fix}`],
  });
}
