import { ccvaultCommand } from '../command-line.ts';
import { CliError } from '../errors.ts';
import type { Plan } from './steps.ts';
import type { Environment } from '../ports/environment.ts';

/** Tells a `credential_process` for which profiles its ancestors wait: a JSON array of names. */
const RESOLVING = 'CCVAULT_RESOLVING';

/** The environment of a profile's `credential_process`: `env`, with the profile added to those that are awaited. */
export function environmentOfProcess(env: Environment, profile: string): Environment {
  return { ...env, [RESOLVING]: JSON.stringify([...awaited(env), profile]) };
}

/**
 * Refuses a plan whose `credential_process` an ancestor of this process already runs: it would wait for itself. Call it
 * before any lock is taken. Throws CliError `config` with code `circle`.
 */
export function assertNotAwaited(plan: Plan, env: Environment): void {
  const [source] = plan.steps;
  if (source.kind !== 'process') return;
  if (!awaited(env).includes(source.profile)) return;
  const between = plan.profile === undefined || plan.profile === source.profile ? [] : [plan.profile];
  throw circle([source.profile, ...between, source.profile]);
}

/**
 * Refuses a loop that the configuration alone shows: a `credential_process` that runs ccvault for a profile that needs
 * this `credential_process` again. `profileOf` returns the profile for which a command runs ccvault, `sourceOf` the
 * `credential_process` at the start of a profile's chain, if there is one. Throws CliError `config` with code `circle`.
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
