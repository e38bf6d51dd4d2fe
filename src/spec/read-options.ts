// Written by hand over the spec rather than on node:util's parseArgs: that alone takes 0.7 ms of a compiled
// program's start, all that reading arguments may take, and it cannot stop at the first word after PROFILE.
import { parseDuration } from '../core/aws/durations.ts';
import { CliError, messageOf } from '../core/errors.ts';
import { closest } from '../core/suggest.ts';
import type { OptionSpec } from './command.ts';
import { globalOptions } from './options.ts';

export type OptionTable = Readonly<Record<string, OptionSpec>>;
export type Value = string | number | true;

export interface Reader {
  readonly words: readonly string[];
  position: number;
  /** What the errors and their hint call the command: `git clone`; empty for the program. */
  command: string;
}

/** Reads one word that is an option or a cluster of short ones, and the value after it. */
export function readOptions(
  reader: Reader,
  own: OptionTable,
  ownValues: Map<string, Value>,
  globalValues: Map<string, Value>,
): void {
  const word = reader.words[reader.position++] ?? '';
  const store = (name: string, option: OptionSpec, attached: string | undefined): void => {
    const values = Object.hasOwn(own, name) ? ownValues : globalValues;
    if (option.kind === 'flag') {
      if (attached !== undefined) throw usage(reader.command, `option --${name} takes no value`);
      values.set(name, true);
      return;
    }
    if (values.has(name)) throw usage(reader.command, `option --${name} is given twice`);
    values.set(name, convert(reader.command, name, option, attached ?? nextWord(reader, name)));
  };
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    const long = equals === -1 ? word.slice(2) : word.slice(2, equals);
    const found = findLong(own, long) ?? findLong(globalOptions, long);
    if (found === undefined) throw unknownOption(reader.command, `--${long}`, own);
    store(found[0], found[1], equals === -1 ? undefined : word.slice(equals + 1));
    return;
  }
  for (let index = 1; index < word.length; index++) {
    const short = word[index] ?? '';
    const found = findShort(own, short) ?? findShort(globalOptions, short);
    if (found === undefined) throw unknownOption(reader.command, `-${short}`, own);
    const [name, option] = found;
    if (option.kind === 'flag') {
      store(name, option, undefined);
      continue;
    }
    store(name, option, index + 1 < word.length ? word.slice(index + 1) : undefined);
    return;
  }
}

function nextWord(reader: Reader, name: string): string {
  const word = reader.words[reader.position];
  if (word === undefined || isOption(word) || word === '--') {
    throw usage(reader.command, `option --${name} needs a value`);
  }
  reader.position++;
  return word;
}

function convert(command: string, name: string, option: OptionSpec, text: string): Value {
  const what = `option --${name}`;
  if (text === '') throw usage(command, `${what} needs a value, not an empty one`);
  if (option.kind === 'duration') return convertDuration(command, what, text);
  if (option.kind === 'integer') return convertInteger(command, what, text, option.range);
  if (option.kind === 'choice') {
    return convertChoice(command, what, option.choices ?? [], text, option.choiceAliases);
  }
  return text;
}

function convertDuration(command: string, what: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw usage(command, `${what}: ${messageOf(error)}`);
  }
}

function convertInteger(
  command: string,
  what: string,
  text: string,
  [least, most]: readonly [number, number] = [0, Number.MAX_SAFE_INTEGER],
): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw usage(command, `${what} takes a number from ${least} to ${most}`);
}

export function convertChoice(
  command: string,
  what: string,
  choices: readonly string[],
  text: string,
  aliases: Readonly<Record<string, string>> = {},
): string {
  if (choices.includes(text)) return text;
  const alias = Object.hasOwn(aliases, text) ? aliases[text] : undefined;
  if (alias !== undefined) return alias;
  const meant = closest(text, choices);
  throw usage(
    command,
    `${what} takes one of ${choices.join(', ')}`,
    meant === undefined ? [] : [`did you mean ${meant}?`],
  );
}

export function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && word !== '--';
}

function findLong(table: OptionTable, long: string): readonly [string, OptionSpec] | undefined {
  for (const name of Object.keys(table)) {
    const option = table[name];
    if (option !== undefined && (name === long || option.aliases?.includes(long) === true))
      return [name, option];
  }
  return undefined;
}

function findShort(table: OptionTable, short: string): readonly [string, OptionSpec] | undefined {
  for (const name of Object.keys(table)) {
    const option = table[name];
    if (option?.short === short) return [name, option];
  }
  return undefined;
}

function unknownOption(command: string, option: string, own: OptionTable): CliError {
  const known = { ...globalOptions, ...own } as OptionTable;
  const names = Object.keys(known).filter((name) => known[name]?.hidden !== true);
  const meant = option.startsWith('--') ? closest(option.slice(2), names) : undefined;
  const where = command === '' ? '' : ` for ${command}`;
  return usage(
    command,
    `there is no option ${option}${where}`,
    meant === undefined ? [] : [`did you mean --${meant}?`],
  );
}

export function usage(command: string, message: string, hints: readonly string[] = []): CliError {
  const help = `see \`ccvault ${command === '' ? '' : `${command} `}--help\``;
  return new CliError('usage', message, { hints: [...hints, help] });
}
