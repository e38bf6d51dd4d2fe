import { POLICY_VARIABLE } from '../child-env.ts';
import type { Environment } from '../ports/environment.ts';
import { policyNames } from './narrowing.ts';
import { endOfStep } from './steps.ts';
import type { Plan, Step } from './steps.ts';

// Credentials that are handed on as they were handed to ccvault.
const HANDED_ON: ReadonlySet<Step['kind']> = new Set(['environment', 'container', 'instance']);

/**
 * The names of the policies that a plan's credentials are narrowed to; undefined where nothing is taken away. Inside an
 * `exec` whose credentials are used as they are, those that the `exec` named.
 */
export function policyOf({ steps }: Plan, env: Environment): string | undefined {
  const last = steps.at(-1) ?? steps[0];
  if (HANDED_ON.has(last.kind)) return env[POLICY_VARIABLE] || undefined;
  const { narrowing } = endOfStep(last);
  return narrowing === undefined ? undefined : policyNames(narrowing);
}
