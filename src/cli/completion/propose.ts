import type { ArgumentSpec, CommandSpec, Looked, OptionSpec } from '../../spec/command.ts';
import { commands, groups } from '../../spec/commands.ts';
import { globalOptions, programOptions } from '../../spec/options.ts';
import {
  type Item,
  type OptionTable,
  type Walk,
  isGroup,
  isOption,
  longName,
  walk,
} from '../../spec/walk.ts';

export interface Proposal {
  readonly value: string;
  /** One line; empty where the value says everything. */
  readonly description: string;
}

/** What the shell completes itself, or `wrapped`: it completes the command line that begins at that word instead. */
export type Directive =
  | { readonly kind: 'none' | 'files' | 'directories' | 'commands' }
  | { readonly kind: 'wrapped'; readonly at: number };

export interface Completion {
  readonly proposals: readonly Proposal[];
  readonly directive: Directive;
}

/** The names of a kind, from files or tables; `typed` is the beginning of the word. */
export type Lookup = (what: Looked, typed: string) => readonly string[];

const SPECS: Readonly<Record<string, CommandSpec>> = commands;
const NOTHING: Completion = { proposals: [], directive: { kind: 'none' } };

/**
 * Proposes completions for the last of these words, which may be empty or the beginning of a word, by the same walk as
 * the parser. The proposals are not filtered by that beginning, and only what is proposed is looked up.
 */
export function propose(words: readonly string[], lookup: Lookup): Completion {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const walked = walk(before);
  const { command, tailAt } = walked;
  if (command === undefined) return proposeCommand(walked, before, current, lookup);
  const spec: CommandSpec = commands[command];
  if (tailAt !== undefined) return tailOf(spec, tailAt);
  const pending = awaited(walked.items, before);
  if (pending !== undefined) return valuesOf(pending, current, lookup);
  const onlyArguments = before.includes('--');
  if (!onlyArguments && current.startsWith('-')) {
    return options(current, { ...spec.options, ...globalOptions }, lookup);
  }
  const count = walked.items.filter(({ kind }) => kind === 'argument').length;
  const takes = spec.arguments ?? [];
  if (spec.tail?.afterArguments === true && count === takes.length) return tailOf(spec, before.length);
  const last = takes.at(-1);
  const argument = takes[count] ?? (last?.variadic === true ? last : undefined);
  return argument === undefined ? NOTHING : valuesOf(argument, current, lookup);
}

/** Proposes where no command is named yet. */
function proposeCommand(
  { group, named, before: items }: Walk,
  before: readonly string[],
  current: string,
  lookup: Lookup,
): Completion {
  const pending = awaited(items, before);
  if (pending !== undefined) return valuesOf(pending, current, lookup);
  const [first, ...rest] = named;
  if (first === undefined) {
    if (current.startsWith('-')) return options(current, { ...globalOptions, ...programOptions }, lookup);
    return plain([...firstWords(), { value: 'help', description: 'Show help' }]);
  }
  if (first === 'help') {
    const [topic, ...more] = rest.filter((word) => !isOption(word));
    if (topic === undefined) return plain(firstWords());
    return isGroup(topic) && more.length === 0 ? plain(members(topic)) : NOTHING;
  }
  return group !== undefined && named.length === 1 ? plain(members(group)) : NOTHING;
}

/** The option whose value is the next word. */
function awaited(items: readonly Item[], before: readonly string[]): OptionSpec | undefined {
  const item = items.at(-1);
  if (item?.kind !== 'option' || item.option.kind === 'flag' || item.value !== undefined) return undefined;
  return before.at(-1) === '--' ? undefined : item.option;
}

function tailOf(spec: CommandSpec, at: number): Completion {
  const kind = spec.tail?.completes === 'commands' ? 'wrapped' : 'files';
  return { proposals: [], directive: kind === 'wrapped' ? { kind, at } : { kind } };
}

/** Proposes long options, or the values of the option before an equals sign. */
function options(current: string, table: OptionTable, lookup: Lookup): Completion {
  const equals = current.indexOf('=');
  if (equals !== -1) {
    const option = table[longName(table, current.slice(2, equals)) ?? ''];
    if (option === undefined || option.kind === 'flag') return NOTHING;
    const { proposals, directive } = valuesOf(option, current.slice(equals + 1), lookup);
    const start = current.slice(0, equals + 1);
    return {
      proposals: proposals.map(({ value, description }) => ({ value: start + value, description })),
      directive,
    };
  }
  return plain(
    Object.entries(table)
      .filter(([, option]) => option.hidden !== true)
      .map(([name, { summary }]) => ({ value: `--${name}`, description: summary })),
  );
}

function valuesOf(spec: OptionSpec | ArgumentSpec, typed: string, lookup: Lookup): Completion {
  if (spec.choices !== undefined) return plain(spec.choices.map((value) => ({ value, description: '' })));
  const { completes } = spec;
  if (completes === undefined) return NOTHING;
  switch (completes) {
    case 'files':
    case 'directories':
    case 'commands':
      return { proposals: [], directive: { kind: completes } };
    case 'profiles':
    case 'keys':
    case 'sso-sessions':
    case 'regions':
    case 'services':
    case 'browsers': {
      const proposals = lookup(completes, typed).map((value) => ({ value, description: '' }));
      return { proposals, directive: { kind: completes === 'browsers' ? 'commands' : 'none' } };
    }
  }
}

function plain(proposals: readonly Proposal[]): Completion {
  return { proposals, directive: { kind: 'none' } };
}

/** The words a command line can begin with. */
function firstWords(): Proposal[] {
  const single = visible().filter(({ value }) => !value.includes(' '));
  const several = Object.entries(groups).map(([value, { summary }]) => ({ value, description: summary }));
  return [...single, ...several];
}

function members(group: string): Proposal[] {
  return visible()
    .filter(({ value }) => value.startsWith(`${group} `))
    .map(({ value, description }) => ({ value: value.slice(group.length + 1), description }));
}

function visible(): Proposal[] {
  return Object.entries(SPECS)
    .filter(([, spec]) => spec.hidden !== true)
    .map(([value, spec]) => ({ value, description: spec.summary }));
}
