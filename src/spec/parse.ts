import { closest } from '../core/suggest.ts';
import type { ArgumentSpec, CommandSpec } from './command.ts';
import { type CommandInput, type CommandName, type GroupName, commands, groups } from './commands.ts';
import { type Globals, globalOptions, programOptions } from './options.ts';
import {
  type OptionTable,
  type Reader,
  type Value,
  convertChoice,
  isOption,
  readOptions,
  usage,
} from './read-options.ts';

/** A command with its input, checked against its spec. */
export type Invocation = {
  readonly [Name in CommandName]: {
    readonly kind: 'command';
    readonly command: Name;
    readonly input: CommandInput<Name>;
    readonly globals: Globals;
  };
}[CommandName];

/** What the help is about: undefined for the program itself. */
export type HelpTopic = CommandName | GroupName | undefined;

export type Parsed =
  | Invocation
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly topic: HelpTopic }
  /** No command was named: short help on stderr, exit 2. */
  | { readonly kind: 'nothing'; readonly topic: HelpTopic };

const SPECS: Readonly<Record<string, CommandSpec>> = commands;

/**
 * Reads the arguments after the program's name. Everything after the first `--` that ccvault comes to is left
 * untouched. Durations become seconds. Throws CliError `usage`, its message free of any value that was given.
 */
export function parse(argv: readonly string[]): Parsed {
  const reader: Reader = { words: argv, position: 0, command: '' };
  const globals = new Map<string, Value>();
  for (;;) {
    const word = argv[reader.position];
    if (word === undefined) return { kind: 'nothing', topic: undefined };
    if (!isOption(word)) break;
    readOptions(reader, { ...globalOptions, ...programOptions }, globals, globals);
    if (globals.has('help')) return { kind: 'help', topic: undefined };
    if (globals.has('version')) return { kind: 'version' };
  }
  const first = argv[reader.position++] ?? '';
  if (first === 'version') return { kind: 'version' };
  if (first === 'help') return { kind: 'help', topic: helpTopic(argv.slice(reader.position)) };
  if (isGroup(first)) {
    const second = argv[reader.position++];
    if (second === undefined) return { kind: 'nothing', topic: first };
    if (second === '--help' || second === '-h') return { kind: 'help', topic: first };
    return parseCommand(reader, findCommand(`${first} ${second}`), globals);
  }
  return parseCommand(reader, findCommand(first), globals);
}

/**
 * The command that arguments are meant for, however wrong the rest of them is: which exit code a usage error
 * gets depends on it. Undefined when there is none.
 */
export function commandIn(argv: readonly string[]): CommandName | undefined {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (!isOption(word)) return commandNamed(isGroup(word) ? `${word} ${argv[index + 1] ?? ''}` : word);
    const option = (globalOptions as OptionTable)[word.slice(2)];
    if (option !== undefined && option.kind !== 'flag') index++;
  }
  return undefined;
}

function parseCommand(reader: Reader, name: CommandName, globals: Map<string, Value>): Parsed {
  const spec: CommandSpec = commands[name];
  const options = spec.options ?? {};
  const takes = spec.arguments ?? [];
  const values = new Map<string, Value>();
  const words: string[] = [];
  let tail: readonly string[] = [];
  reader.command = name;
  for (;;) {
    const word = reader.words[reader.position];
    if (word === undefined) break;
    if (word === '--') {
      const rest = reader.words.slice(reader.position + 1);
      if (spec.tail === undefined) words.push(...rest);
      else tail = rest;
      break;
    }
    if (isOption(word)) {
      readOptions(reader, options, values, globals);
      if (globals.has('help')) return { kind: 'help', topic: name };
      continue;
    }
    if (spec.tail?.afterArguments === true && words.length === takes.length) {
      tail = reader.words.slice(reader.position);
      break;
    }
    words.push(word);
    reader.position++;
  }
  checkConflicts(name, spec, values);
  const input = { options: named(options, values), arguments: takeArguments(name, takes, words), tail };
  const invocation: unknown = {
    kind: 'command',
    command: name,
    input,
    globals: named(globalOptions, globals),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read against the spec its type comes from
  return invocation as Invocation;
}

function takeArguments(
  command: string,
  takes: readonly ArgumentSpec[],
  words: readonly string[],
): Record<string, string | readonly string[] | undefined> {
  const variadic = takes.at(-1)?.variadic === true;
  if (words.length > takes.length && !variadic) {
    // Which words they are is left out: one of them may be a secret.
    const takesText =
      takes.length === 1 ? 'one argument' : takes.length === 0 ? 'no argument' : `${takes.length} arguments`;
    throw usage(command, `${command} takes ${takesText}, but there are ${words.length}`);
  }
  const taken: Record<string, string | readonly string[] | undefined> = {};
  for (const [index, argument] of takes.entries()) {
    const word = words[index];
    if (word === undefined && argument.required === true) {
      throw usage(command, `${command} needs ${withArticle(shownArgument(argument))}`);
    }
    if (word === '') throw usage(command, `${shownArgument(argument)} is empty`);
    if (word !== undefined && argument.choices !== undefined && argument.open !== true) {
      convertChoice(command, shownArgument(argument), argument.choices, word);
    }
    taken[camelCase(argument.name)] = argument.variadic === true ? words.slice(index) : word;
  }
  return taken;
}

function withArticle(noun: string): string {
  return `${/^[AEIO]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** How help and errors write an argument. */
export function shownArgument(argument: ArgumentSpec): string {
  return argument.shown ?? argument.name.toUpperCase();
}

function checkConflicts(command: string, spec: CommandSpec, values: ReadonlyMap<string, Value>): void {
  for (const { options, hint } of spec.conflicts ?? []) {
    const [left, right] = options;
    if (!values.has(left) || !values.has(right)) continue;
    throw usage(command, `options --${left} and --${right} exclude one another`, [hint]);
  }
}

function named(
  options: OptionTable,
  values: ReadonlyMap<string, Value>,
): Record<string, Value | false | undefined> {
  const result: Record<string, Value | false | undefined> = {};
  for (const name of Object.keys(options)) {
    if (name === 'help') continue;
    result[camelCase(name)] = values.get(name) ?? (options[name]?.kind === 'flag' ? false : undefined);
  }
  return result;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isGroup(word: string): word is GroupName {
  return Object.hasOwn(groups, word);
}

function commandNamed(words: string): CommandName | undefined {
  if (isCommandName(words)) return words;
  return Object.keys(SPECS)
    .filter(isCommandName)
    .find((name) => SPECS[name]?.aliases?.includes(words) === true);
}

function isCommandName(words: string): words is CommandName {
  return Object.hasOwn(SPECS, words);
}

function findCommand(words: string): CommandName {
  const name = commandNamed(words);
  if (name !== undefined) return name;
  const visible = Object.keys(SPECS).filter((command) => SPECS[command]?.hidden !== true);
  const meant = closest(words, [...visible, ...Object.keys(groups)]);
  const group = words.split(' ', 1)[0] ?? '';
  throw usage(
    isGroup(group) ? group : '',
    `there is no command "${words}"`,
    meant === undefined ? [] : [`did you mean \`ccvault ${meant}\`?`],
  );
}

function helpTopic(words: readonly string[]): HelpTopic {
  const plain = words.filter((word) => !isOption(word));
  const [first, second] = plain;
  if (first === undefined) return undefined;
  if (!isGroup(first)) return findCommand(first);
  return second === undefined ? first : findCommand(`${first} ${second}`);
}
