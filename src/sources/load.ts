import type { Credentials } from '../core/credentials.ts';
import type { KeyStep, SourceStep } from '../core/plan/steps.ts';
import type { SourceContext } from './source.ts';

/**
 * Carries out the first step of a plan, unless that is a key. Loads only the code of that kind. Throws as the source.
 */
export async function fetchFromSource(
  step: Exclude<SourceStep, KeyStep>,
  context: SourceContext,
): Promise<Credentials> {
  switch (step.kind) {
    case 'environment':
      return (await import('./environment.ts')).fromEnvironment(step, context);
    case 'container':
      return (await import('./container.ts')).fromContainer(step, context);
    case 'instance':
      return (await import('./instance.ts')).fromInstance(step, context);
    case 'process':
      return (await import('./process.ts')).fromProcess(step, context);
    case 'web-identity':
      return (await import('./web-identity.ts')).fromWebIdentity(step, context);
    case 'sso':
      return (await import('./sso.ts')).fromSso(step, context);
    case 'login':
      return (await import('./login-session.ts')).fromLogin(step, context);
  }
}
