// Written by hand instead of on node:util's parseArgs, which alone takes 0.7 ms of a compiled program's start and
// cannot stop at the first word after PROFILE.
import type { CommandSpec, OptionSpec } from './command.ts';
import { type CommandName, type GroupName, commands, groups } from './commands.ts';
import { globalOptions, programOptions } from './options.ts';

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** One option of a word, or one of the plain words after the command. */
export type Item =
  | {
      readonly kind: 'option';
      readonly name: string;
      readonly option: OptionSpec;
      /** Whether it is the command's own option, not one that every command has. */
      readonly own: boolean;
      /** Its value, in the same word or the next; undefined if there is none. */
      readonly value: string | undefined;
      /** Whether the value is in the same word, even where the option accepts none. */
      readonly attached: boolean;
    }
  /** As it was written: `--nonsense`, `-x`. */
  | { readonly kind: 'unknown'; readonly option: string }
  | { readonly kind: 'argument'; readonly text: string };

export interface Walk {
  /** Undefined where no command is named, or one that does not exist. */
  readonly command: CommandName | undefined;
  readonly group: GroupName | undefined;
  /** The words that name the command; if they name no command and no group, like `help`, all that follow too. */
  readonly named: readonly string[];
  /** The options before the command. */
  readonly before: readonly Item[];
  /** What follows the command. */
  readonly items: readonly Item[];
  /** The index of the first word of the tail, which may be one past the last word; undefined without a tail. */
  readonly tailAt: number | undefined;
}

const SPECS: Readonly<Record<string, CommandSpec>> = commands;
const BEFORE_COMMAND: OptionTable = { ...globalOptions, ...programOptions };
const NONE: OptionTable = {};

/**
 * Tells what each word of a command line is, by the spec alone: the one grammar that parsing, completion and the search
 * for ccvault in a `credential_process` share. Reports no errors, so that it reads a wrong or incomplete line as far as
 * possible.
 */
export function walk(words: readonly string[]): Walk {
  const before: Item[] = [];
  let position = 0;
  while (isOption(words[position])) position = readWord(words, position, BEFORE_COMMAND, NONE, before);
  const first = words[position++];
  const group = first !== undefined && isGroup(first) ? first : undefined;
  const second = group === undefined ? undefined : words[position++];
  const named = [first, second].filter((word) => word !== undefined);
  const command = commandNamed(named.join(' '));
  const items: Item[] = [];
  if (command !== undefined) {
    const tailAt = walkCommand(words, position, command, items);
    return { command, group, named, before, items, tailAt };
  }
  const rest = group === undefined ? words.slice(position) : [];
  return { command, group, named: [...named, ...rest], before, items, tailAt: undefined };
}

/** Reads the words after a command's name and returns the index at which its tail begins. */
function walkCommand(
  words: readonly string[],
  start: number,
  command: CommandName,
  items: Item[],
): number | undefined {
  const spec: CommandSpec = commands[command];
  const takes = spec.arguments?.length ?? 0;
  let position = start;
  let plain = 0;
  for (;;) {
    const word = words[position];
    if (word === undefined) return undefined;
    if (isOption(word)) {
      position = readWord(words, position, globalOptions, spec.options ?? NONE, items);
      continue;
    }
    if (word === '--') {
      if (spec.tail !== undefined) return position + 1;
      for (const text of words.slice(position + 1)) items.push({ kind: 'argument', text });
      return undefined;
    }
    if (spec.tail?.afterArguments === true && plain === takes) return position;
    items.push({ kind: 'argument', text: word });
    plain++;
    position++;
  }
}

/** Reads one word that is an option or a cluster of short ones, and its value; returns the index of what follows. */
function readWord(
  words: readonly string[],
  at: number,
  shared: OptionTable,
  own: OptionTable,
  items: Item[],
): number {
  const word = words[at] ?? '';
  const next = words[at + 1];
  const following = next === undefined || isOption(next) || next === '--' ? undefined : next;
  const found = (name: string, table: OptionTable, attached: string | undefined): number => {
    const option = table[name];
    if (option === undefined) return at + 1;
    const value = attached ?? (option.kind === 'flag' ? undefined : following);
    items.push({ kind: 'option', name, option, own: table === own, value, attached: attached !== undefined });
    return attached === undefined && value !== undefined ? at + 2 : at + 1;
  };
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    const long = equals === -1 ? word.slice(2) : word.slice(2, equals);
    for (const table of [own, shared]) {
      const name = longName(table, long);
      if (name !== undefined) return found(name, table, equals === -1 ? undefined : word.slice(equals + 1));
    }
    items.push({ kind: 'unknown', option: `--${long}` });
    return at + 1;
  }
  for (let index = 1; index < word.length; index++) {
    const short = word[index] ?? '';
    const table = [own, shared].find((one) => shortName(one, short) !== undefined);
    const name = table === undefined ? undefined : shortName(table, short);
    if (table === undefined || name === undefined) {
      items.push({ kind: 'unknown', option: `-${short}` });
    } else if (table[name]?.kind === 'flag') {
      found(name, table, undefined);
    } else {
      return found(name, table, index + 1 < word.length ? word.slice(index + 1) : undefined);
    }
  }
  return at + 1;
}

/** True for a word that begins with `-`, except `-` and `--` themselves. */
export function isOption(word: string | undefined): boolean {
  return word !== undefined && word.length > 1 && word.startsWith('-') && word !== '--';
}

/** The name of the option that a long name or alias, without its dashes, stands for. */
export function longName(table: OptionTable, long: string): string | undefined {
  if (Object.hasOwn(table, long)) return long;
  return Object.keys(table).find((name) => table[name]?.aliases?.includes(long) === true);
}

function shortName(table: OptionTable, short: string): string | undefined {
  return Object.keys(table).find((name) => table[name]?.short === short);
}

/** True for the first word of commands of two words, like `git`. */
export function isGroup(word: string): word is GroupName {
  return Object.hasOwn(groups, word);
}

/** The command that these words name, by its own name or an alias. */
export function commandNamed(words: string): CommandName | undefined {
  if (isCommandName(words)) return words;
  return Object.keys(SPECS)
    .filter(isCommandName)
    .find((name) => SPECS[name]?.aliases?.includes(words) === true);
}

function isCommandName(words: string): words is CommandName {
  return Object.hasOwn(SPECS, words);
}
