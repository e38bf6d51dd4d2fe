import { policyNames } from '../../core/plan/narrowing.ts';
import { endOfStep } from '../../core/plan/steps.ts';
import type { Step } from '../../core/plan/steps.ts';

/** The readable part of a session file; authenticated with the rest, no secret in it. */
export interface SessionHeader {
  readonly version: 1;
  readonly profile: string | null;
  readonly kind: string;
  readonly account: string | null;
  readonly roleArn: string | null;
  /** ISO 8601 UTC, to the millisecond: tells what was renewed while somebody waited from what was there before. */
  readonly madeAt: string;
  /** ISO 8601 UTC; null for records that do not end. */
  readonly expiresAt: string | null;
  /** For how long it was granted, in seconds. */
  readonly grantedSeconds: number | null;
  /** Names what the session began with, so that all of one key's sessions can be dropped with it. */
  readonly root: string;
  /** The names of the policies that it is narrowed to; missing for one that is not. */
  readonly policy?: string;
}

/** The header of the session that a step gave at `now`, both times in milliseconds since the epoch. */
export function sessionHeader(step: Step, expiresAt: number, now: number, root: string): SessionHeader {
  const { roleArn, account, narrowing } = endOfStep(step);
  return {
    version: 1,
    profile: step.profile ?? null,
    kind: step.kind,
    account: account ?? null,
    roleArn: roleArn ?? null,
    madeAt: new Date(now).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    grantedSeconds: Math.round((expiresAt - now) / 1000),
    root,
    ...(narrowing === undefined ? {} : { policy: policyNames(narrowing) }),
  };
}
