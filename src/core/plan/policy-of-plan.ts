import { POLICY_VARIABLE } from '../child-env.ts';
import type { Environment } from '../ports/environment.ts';
import { policyNames } from './narrowing.ts';
import { endOfStep } from './steps.ts';
import type { Plan, Step } from './steps.ts';

// Sources whose credentials are handed on unchanged.
const HANDED_ON: ReadonlySet<Step['kind']> = new Set(['environment', 'container', 'instance']);

/**
 * The names of the session policies of a plan's credentials; undefined if they are not narrowed. For credentials that
 * an outer `exec` passed on, in the environment or by its server, the names that it recorded in CCVAULT_POLICY.
 */
export function policyOf({ steps }: Plan, env: Environment): string | undefined {
  const last = steps.at(-1) ?? steps[0];
  if (HANDED_ON.has(last.kind)) return env[POLICY_VARIABLE] || undefined;
  const { narrowing } = endOfStep(last);
  return narrowing === undefined ? undefined : policyNames(narrowing);
}
