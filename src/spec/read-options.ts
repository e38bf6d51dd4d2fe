import { parseDuration } from '../core/aws/durations.ts';
import { CliError, messageOf } from '../core/errors.ts';
import { closest } from '../core/suggest.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { commands } from './commands.ts';
import { globalOptions, programOptions } from './options.ts';
import type { Item, OptionTable } from './walk.ts';

export type Value = string | number | true | readonly string[];

type OptionItem = Extract<Item, { kind: 'option' }>;

/** The checked value of an option. `command` is for the errors; empty for the program. Throws CliError `usage`. */
export function valueOf(command: string, { name, option, value, attached }: OptionItem): Value {
  if (option.kind === 'flag') {
    if (attached) throw usage(command, `option --${name} takes no value`);
    return true;
  }
  if (value === undefined) throw usage(command, `option --${name} needs a value`);
  return convert(command, name, option, value);
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
  throw usage(command, `${what} must be a number from ${least} to ${most}`);
}

/** The choice that a text names, by itself or by an alias. Throws CliError `usage`, without quoting the text. */
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
    `${what} must be one of ${choices.join(', ')}`,
    meant === undefined ? [] : [`did you mean ${meant}?`],
  );
}

/** The error for an unknown option, with a hint at the one that may be meant. */
export function unknownOption(command: string, option: string): CliError {
  const spec = (commands as Readonly<Record<string, CommandSpec>>)[command];
  const known: OptionTable = { ...globalOptions, ...(spec === undefined ? programOptions : spec.options) };
  return usage(
    command,
    `there is no option ${option}${command === '' ? '' : ` for ${command}`}`,
    hintsFor(command, option, spec, known),
  );
}

function hintsFor(
  command: string,
  option: string,
  spec: CommandSpec | undefined,
  known: OptionTable,
): readonly string[] {
  if (option === '-v' || option === '-V') return ['did you mean `ccvault --version`?'];
  if (option === '--profile' && spec?.arguments?.[0]?.name === 'profile') {
    return [`the profile is an argument: ccvault ${command} PROFILE`];
  }
  const names = Object.keys(known).filter((name) => known[name]?.hidden !== true);
  const meant = option.startsWith('--') ? closest(option.slice(2), names) : undefined;
  return meant === undefined ? [] : [`did you mean --${meant}?`];
}

/** A CliError `usage` whose last hint names the help of the command; `command` is empty for the program. */
export function usage(command: string, message: string, hints: readonly string[] = []): CliError {
  const help = `see \`ccvault ${command === '' ? '' : `${command} `}--help\``;
  return new CliError('usage', message, { hints: [...hints, help] });
}
