import type { Credentials } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import type { KeyStep, SourceStep } from '../core/plan-step.ts';
import type { SourceContext } from './source.ts';

/** Carries out a plan's first step where that is not a key; each kind's code is loaded when it is needed. */
export async function fetchFromSource(
  step: Exclude<SourceStep, KeyStep>,
  context: SourceContext,
): Promise<Credentials> {
  switch (step.kind) {
    case 'environment':
      return (await import('./environment.ts')).fromEnvironment(step, context);
    case 'container':
    case 'instance':
    case 'process':
    case 'web-identity':
    case 'sso':
    case 'login':
      throw new CliError('config', `${step.reason}: this source is not supported yet`, {
        hints: ['store a key for the profile with: ccvault add'],
      });
  }
}
