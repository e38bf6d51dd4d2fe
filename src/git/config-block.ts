import { CliError } from '../core/errors.ts';
import { isSetupLine } from './config-section.ts';

// Two comments enclose the set-up, so that it can be found and removed to the byte. The first one records how the file
// ended before.
const BEGIN = '# ccvault: begin';
const BEGIN_IN_NEW_FILE = `${BEGIN} of a new file`;
const BEGIN_AFTER_OPEN_LINE = `${BEGIN} after a line without end`;
const END = '# ccvault: end';

/**
 * The text of a configuration file with this set-up at its end, replacing an earlier one. At the end, because git
 * collects helpers in the order of the file: ours resets those before it, and those after it would be asked too. `text`
 * has one character per byte, so that any bytes stay unchanged; undefined for a file that does not exist.
 */
export function addBlock(text: string | undefined, lines: readonly string[]): string {
  const rest = text === undefined ? undefined : removeBlock(text).text;
  const begin = beginFor(rest);
  const before = rest ?? '';
  const separator = begin === BEGIN_AFTER_OPEN_LINE ? '\n' : '';
  return `${before}${separator}${[begin, ...lines, END].join('\n')}\n`;
}

function beginFor(rest: string | undefined): string {
  if (rest === undefined) return BEGIN_IN_NEW_FILE;
  return rest === '' || rest.endsWith('\n') ? BEGIN : BEGIN_AFTER_OPEN_LINE;
}

export interface Removed {
  /** Undefined when nothing is left of a file that did not exist before. */
  readonly text: string | undefined;
  readonly found: boolean;
}

/**
 * Removes the set-up. Lines that git or the user added inside it stay under their section header: git adds a setting to
 * the last section of that name. Throws CliError `config` for a set-up whose end was removed.
 */
export function removeBlock(text: string): Removed {
  const lines = text.split(/(?<=\n)/);
  const begin = lines.findIndex((line) => bare(line).startsWith(BEGIN));
  if (begin === -1) return { text, found: false };
  const end = lines.findIndex((line, index) => index > begin && bare(line) === END);
  if (end === -1) {
    throw new CliError('config', `the line "${BEGIN}" in git's configuration has no "${END}" after it`, {
      hints: ['remove by hand the lines that ccvault wrote: git config --edit'],
    });
  }
  const kept = foreignLines(lines.slice(begin + 1, end));
  const marker = bare(lines[begin] ?? '');
  const before = lines.slice(0, begin).join('');
  const after = [...kept, ...lines.slice(end + 1)].join('');
  const joined = marker === BEGIN_AFTER_OPEN_LINE && after === '' ? before.replace(/\r?\n$/, '') : before;
  const rest = `${joined}${after}`;
  return { text: rest === '' && marker === BEGIN_IN_NEW_FILE ? undefined : rest, found: true };
}

function foreignLines(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let header: string | undefined;
  for (const line of lines) {
    if (line.startsWith('[')) {
      header = line;
      continue;
    }
    if (isSetupLine(bare(line))) continue;
    if (header !== undefined) kept.push(header);
    header = undefined;
    kept.push(line);
  }
  return kept;
}

function bare(line: string): string {
  return line.replace(/\r?\n$/, '');
}
