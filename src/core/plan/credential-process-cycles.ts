import { ccvaultCommand } from '../command-line.ts';
import { commands } from '../../spec/commands.ts';
import type { OptionSpec } from '../../spec/command.ts';
import { globalOptions } from '../../spec/options.ts';
import { CliError } from '../errors.ts';
import type { Plan } from './steps.ts';
import type { Environment } from '../ports/system.ts';
import { splitCommand } from '../split-command.ts';

/** Tells a `credential_process` for which profiles its ancestors wait: a JSON list of names. */
const RESOLVING = 'CCVAULT_RESOLVING';

/** The environment of a profile's `credential_process`: everything there is, and the profile among those awaited. */
export function environmentOfProcess(env: Environment, profile: string): Environment {
  return { ...env, [RESOLVING]: JSON.stringify([...awaited(env), profile]) };
}

/**
 * Refuses a plan that runs the `credential_process` of a profile whose `credential_process` this very process is a
 * part of: it would wait for itself. Throws CliError `config`; to be called before any lock is taken.
 */
export function assertNotAwaited(plan: Plan, env: Environment): void {
  const [source] = plan.steps;
  if (source.kind !== 'process') return;
  if (!awaited(env).includes(source.profile)) return;
  const between = plan.profile === undefined || plan.profile === source.profile ? [] : [plan.profile];
  throw circle([source.profile, ...between, source.profile]);
}

/**
 * Refuses what can be seen from the configuration alone: a `credential_process` that is ccvault for a profile that
 * needs this process again. `sourceOf` gives the profile and command that another profile's chain begins with, where
 * it begins with one. Throws CliError `config`.
 */
export function assertNoCircle(
  first: ProcessSource,
  sourceOf: (profile: string) => ProcessSource | undefined,
): void {
  const seen = new Set<string>();
  const path: string[] = [];
  for (let source: ProcessSource | undefined = first; source !== undefined;) {
    path.push(source.profile);
    if (seen.has(source.profile)) throw circle(path);
    seen.add(source.profile);
    const target = targetOf(source.command);
    source = target === undefined ? undefined : sourceOf(target);
    if (source !== undefined && target !== undefined && source.profile !== target) path.push(target);
  }
}

export interface ProcessSource {
  readonly profile: string;
  readonly command: string;
}

function awaited(env: Environment): readonly string[] {
  try {
    const names: unknown = JSON.parse(env[RESOLVING] ?? '[]');
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}

/** The profile named by a command that is `ccvault export` or `ccvault exec`. */
function targetOf(command: string): string | undefined {
  // What belongs to which system is not known here, and no path is ccvault's in one reading and another's in the other.
  const readings = (['linux', 'win32'] as const).map((os) => splitCommand(command, os) ?? []);
  const reading = readings.find(([program = '']) => /(?:^|[\\/])ccvault(?:\.exe)?$/i.test(program));
  if (reading === undefined) return undefined;
  const words = reading.slice(1);
  const [verb, ...rest] = skipOptions(words, globalOptions);
  if (verb !== 'export' && verb !== 'exec') return undefined;
  return skipOptions(rest, { ...globalOptions, ...commands[verb].options })[0];
}

/** The words from the first that is neither an option nor an option's value. */
function skipOptions(
  words: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
): readonly string[] {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' || !word.startsWith('-')) return word === '--' ? [] : words.slice(at);
    const known = Object.entries(options).find(
      ([name, { short, aliases }]) =>
        word === `-${short}` || [name, ...(aliases ?? [])].includes(word.slice(2)),
    );
    if (known !== undefined && known[1].kind !== 'flag') at += 1;
  }
  return [];
}

function circle(path: readonly string[]): CliError {
  return new CliError('config', `credential_process goes in a circle: ${path.join(' -> ')}`, {
    code: 'circle',
    hints: [
      `store the key of the profile instead: ${ccvaultCommand('add', { operands: [path.at(-1) ?? ''] })}`,
    ],
  });
}
