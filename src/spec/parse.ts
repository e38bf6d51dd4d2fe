import type { CliError } from '../core/errors.ts';
import { closest } from '../core/suggest.ts';
import type { ArgumentSpec, CommandSpec, OptionSpec } from './command.ts';
import { type CommandInput, type CommandName, type GroupName, commands, groups } from './commands.ts';
import { type Globals, globalOptions } from './options.ts';
import { type Value, convertChoice, unknownOption, usage, valueOf } from './read-options.ts';
import { type Item, type OptionTable, commandNamed, isGroup, isOption, walk } from './walk.ts';

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
  | { readonly kind: 'version'; readonly verbose: boolean }
  | { readonly kind: 'help'; readonly topic: HelpTopic }
  /** No command was named: short help on stderr, exit 2. */
  | { readonly kind: 'nothing'; readonly topic: HelpTopic };

const SPECS: Readonly<Record<string, CommandSpec>> = commands;

/**
 * Reads the arguments after the program's name. Everything after the first `--` that ccvault comes to stays unchanged.
 * Durations become seconds. Throws CliError `usage`, whose message quotes unknown commands and options and malformed
 * durations, but no other word that was given: it may be a secret.
 */
export function parse(argv: readonly string[]): Parsed {
  const { command, group, named: words, before, items, tailAt } = walk(argv);
  const globals = new Map<string, Value>();
  const asked = takeOptions('', before, globals, globals);
  if (asked === 'help') return { kind: 'help', topic: undefined };
  const verbose = argv.includes('--verbose');
  if (asked === 'version') return { kind: 'version', verbose };
  if (globals.has('verbose')) {
    throw usage('', '--verbose goes with --version alone', ['to see what a command does, use --debug']);
  }
  const [first, second] = words;
  if (first === undefined) return { kind: 'nothing', topic: undefined };
  if (first === 'version') return { kind: 'version', verbose };
  if (first === 'help') return { kind: 'help', topic: helpTopic(words.slice(1)) };
  if (group !== undefined && second === undefined) return { kind: 'nothing', topic: group };
  if (group !== undefined && (second === '--help' || second === '-h')) return { kind: 'help', topic: group };
  if (command === undefined) throw unknownCommand(group === undefined ? first : words.join(' '));
  return parseCommand(command, items, tailAt === undefined ? [] : argv.slice(tailAt), globals);
}

function parseCommand(
  name: CommandName,
  items: readonly Item[],
  tail: readonly string[],
  globals: Map<string, Value>,
): Parsed {
  const spec: CommandSpec = commands[name];
  const values = new Map<string, Value>();
  if (takeOptions(name, items, values, globals) === 'help') return { kind: 'help', topic: name };
  checkConflicts(name, spec, values);
  const words = items.flatMap((item) => (item.kind === 'argument' ? [item.text] : []));
  const input = {
    options: named(spec.options ?? {}, values),
    arguments: takeArguments(name, spec.arguments ?? [], words),
    tail,
  };
  const invocation: unknown = {
    kind: 'command',
    command: name,
    input,
    globals: named(globalOptions, globals),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read against the spec its type comes from
  return invocation as Invocation;
}

/** Checks and collects the options, up to one that asks for help or the version: then nothing else matters. */
function takeOptions(
  command: string,
  items: readonly Item[],
  own: Map<string, Value>,
  globals: Map<string, Value>,
): 'help' | 'version' | undefined {
  for (const item of items) {
    if (item.kind === 'argument') continue;
    if (item.kind === 'unknown') throw unknownOption(command, item.option);
    const values = item.own ? own : globals;
    const value = valueOf(command, item);
    const before = values.get(item.name);
    if (item.option.kind === 'list') {
      values.set(item.name, [...(Array.isArray(before) ? before : []), String(value)]);
      continue;
    }
    if (item.option.kind !== 'flag' && before !== undefined) {
      throw usage(command, `option --${item.name} is given twice`);
    }
    values.set(item.name, value);
    if (!item.own && (item.name === 'help' || item.name === 'version')) return item.name;
  }
  return undefined;
}

function takeArguments(
  command: string,
  takes: readonly ArgumentSpec[],
  words: readonly string[],
): Record<string, string | readonly string[] | undefined> {
  const variadic = takes.at(-1)?.variadic === true;
  if (words.length > takes.length && !variadic) {
    // The message does not quote the words: one of them may be a secret.
    throw usage(command, `${command} takes ${counted(takes.length)}, but ${given(words.length)}`);
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

function counted(count: number): string {
  return count === 1 ? 'one argument' : `${count === 0 ? 'no' : count} arguments`;
}

function given(count: number): string {
  return count === 1 ? 'one was given' : `${count} were given`;
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
    throw usage(command, `options --${left} and --${right} cannot be used together`, [hint]);
  }
}

function named(
  options: OptionTable,
  values: ReadonlyMap<string, Value>,
): Record<string, Value | false | undefined> {
  const result: Record<string, Value | false | undefined> = {};
  for (const name of Object.keys(options)) {
    if (name === 'help') continue;
    result[camelCase(name)] = values.get(name) ?? notGiven(options[name]);
  }
  return result;
}

function notGiven(option: OptionSpec | undefined): Value | false | undefined {
  if (option?.kind === 'list') return [];
  return option?.kind === 'flag' ? false : undefined;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

// What users of other tools type.
const MEANT: Readonly<Record<string, CommandName>> = {
  assume: 'exec',
  console: 'login',
  run: 'exec',
  shell: 'exec',
};

function unknownCommand(words: string): CliError {
  const visible = Object.keys(SPECS).filter((command) => SPECS[command]?.hidden !== true);
  const meant = Object.hasOwn(MEANT, words)
    ? MEANT[words]
    : closest(words, [...visible, ...Object.keys(groups)]);
  const group = words.split(' ', 1)[0] ?? '';
  return usage(
    isGroup(group) ? group : '',
    `there is no command "${words}"`,
    meant === undefined ? [] : [`did you mean \`ccvault ${meant}\`?`],
  );
}

function findCommand(words: string): CommandName {
  const name = commandNamed(words);
  if (name === undefined) throw unknownCommand(words);
  return name;
}

function helpTopic(words: readonly string[]): HelpTopic {
  const plain = words.filter((word) => !isOption(word));
  const [first, second] = plain;
  if (first === undefined) return undefined;
  if (!isGroup(first)) return findCommand(first);
  return second === undefined ? first : findCommand(`${first} ${second}`);
}
