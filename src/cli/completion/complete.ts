import type { Completes, OptionSpec } from '../../spec/command.ts';
import { commands, groups } from '../../spec/commands.ts';
import { globalOptions, programOptions } from '../../spec/options.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { powershellCompletion } from './powershell.ts';
import { zshCompletion } from './zsh.ts';
import { SPECS } from '../help.ts';

/** What can stand in one place: fixed words, or something only the shell or the vault knows. */
export type Offer = Completes | readonly string[] | undefined;

export interface CompletedOption {
  /** With dashes: `--duration`. */
  readonly long: string;
  /** With a dash: `-d`. */
  readonly short: string | undefined;
  readonly takesValue: boolean;
  readonly value: string;
  readonly offer: Offer;
  readonly summary: string;
}

export interface CompletedCommand {
  /** `exec`, `git clone`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** Its own, without the global ones. */
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly { readonly name: string; readonly offer: Offer; readonly variadic: boolean }[];
  /** The words after `--` are a command line of their own. */
  readonly wrapsCommand: boolean;
}

/** The spec as a completion script sees it; hidden commands and options are left out. */
export interface Completed {
  readonly commands: readonly CompletedCommand[];
  /** First words that stand for several commands. */
  readonly groups: readonly { readonly name: string; readonly summary: string }[];
  /** What can stand before the command only. */
  readonly programOptions: readonly CompletedOption[];
  /** What can stand before the command and after it. */
  readonly globalOptions: readonly CompletedOption[];
}

type Shell = keyof typeof SCRIPTS;

const SCRIPTS = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
} as const;

/** The completion script of a shell: made from the spec alone, the same on every machine. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell](completed());
}

function completed(): Completed {
  return {
    commands: Object.keys(commands)
      .map((name) => ({ name, spec: SPECS[name] }))
      .flatMap(({ name, spec }) => {
        if (spec === undefined || spec.hidden === true) return [];
        return {
          name,
          aliases: spec.aliases ?? [],
          summary: spec.summary,
          options: completedOptions(spec.options ?? {}),
          arguments: (spec.arguments ?? []).map((argument) => ({
            name: argument.name,
            offer: argument.choices ?? argument.completes,
            variadic: argument.variadic === true,
          })),
          wrapsCommand: spec.tail?.completes === 'commands',
        };
      }),
    groups: Object.entries(groups).map(([name, { summary }]) => ({ name, summary })),
    programOptions: completedOptions(programOptions),
    globalOptions: completedOptions(globalOptions),
  };
}

function completedOptions(options: Readonly<Record<string, OptionSpec>>): CompletedOption[] {
  return Object.entries(options)
    .filter(([, option]) => option.hidden !== true)
    .map(([name, option]) => ({
      long: `--${name}`,
      short: option.short === undefined ? undefined : `-${option.short}`,
      takesValue: option.kind !== 'flag',
      value: (option.value ?? name).toLowerCase(),
      offer: option.choices ?? option.completes,
      summary: option.summary,
    }));
}
