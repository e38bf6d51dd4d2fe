import type { Credentials } from '../../core/credentials.ts';
import type { Plan } from '../../core/plan/steps.ts';

/** What a command hands out: credentials and whose they are. */
export interface HandedOut {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly credentials: Credentials;
  /** The names of the policies that the credentials are narrowed to. */
  readonly policy: string | undefined;
  /** What was done for them; undefined for an answer that stood ready, for which nothing was. */
  readonly plan: Plan | undefined;
}
