import type { Credentials } from '../../core/credentials.ts';
import type { Plan } from '../../core/plan/steps.ts';

/** What a command hands out: credentials, and whose they are. */
export interface HandedOut {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly credentials: Credentials;
  /** The names of the policies that the credentials are narrowed to. */
  readonly policy: string | undefined;
  /** The plan that was carried out; undefined for a ready answer. */
  readonly plan: Plan | undefined;
}
