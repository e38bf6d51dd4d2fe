import type { Plan, Step } from '../core/plan/steps.ts';

const CACHED_KINDS: ReadonlySet<Step['kind']> = new Set([
  'session-token',
  'federation-token',
  'assume-role',
  'web-identity',
  'sso',
  'process',
]);

/** Whether the result of a step is cached for later runs. */
export function isCached(step: Step): boolean {
  return CACHED_KINDS.has(step.kind);
}

/** The step at an index. Throws RangeError, a bug, where the plan has none. */
export function stepAt(plan: Plan, index: number): Step {
  const step = plan.steps[index];
  if (step === undefined) throw new RangeError(`a plan of ${plan.steps.length} steps has no step ${index}`);
  return step;
}

/** A plan in one line, for --debug. */
export function planInWords({ profile, steps }: Plan): string {
  const kinds = steps.map((step) => step.kind).join(' -> ');
  return `plan of ${profile === undefined ? 'the ambient credentials' : `profile ${profile}`}: ${kinds}`;
}

/** What a step gets, for `--debug` and the line that waiting processes show. */
export function describe(step: Step): string {
  const isSession = step.kind === 'session-token' || step.kind === 'federation-token';
  const what = isSession ? 'a session' : 'credentials';
  return step.profile === undefined ? what : `${what} for profile ${step.profile}`;
}
