import { ccvaultCommand } from '../command-line.ts';
import { CliError } from '../errors.ts';
import type { Plan } from './steps.ts';
import type { Environment } from '../ports/environment.ts';

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
 * needs this process again. `profileOf` gives the profile that a command asks ccvault for, `sourceOf` the profile and
 * command that another profile's chain begins with, where it begins with one. Throws CliError `config`.
 */
export function assertNoCircle(
  first: ProcessSource,
  profileOf: (command: string) => string | undefined,
  sourceOf: (profile: string) => ProcessSource | undefined,
): void {
  const seen = new Set<string>();
  const path: string[] = [];
  for (let source: ProcessSource | undefined = first; source !== undefined;) {
    path.push(source.profile);
    if (seen.has(source.profile)) throw circle(path);
    seen.add(source.profile);
    const target = profileOf(source.command);
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

function circle(path: readonly string[]): CliError {
  return new CliError('config', `credential_process loop: ${path.join(' -> ')}`, {
    code: 'circle',
    hints: [
      `store the key of the profile instead: ${ccvaultCommand('add', { operands: [path.at(-1) ?? ''] })}`,
    ],
  });
}
