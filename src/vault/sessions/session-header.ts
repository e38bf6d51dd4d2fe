import { policyNames } from '../../core/plan/narrowing.ts';
import { endOfStep } from '../../core/plan/steps.ts';
import type { Step } from '../../core/plan/steps.ts';

/** The readable part of a session file: authenticated with the rest, without secrets. */
export interface SessionHeader {
  readonly version: 1;
  readonly profile: string | null;
  readonly kind: string;
  readonly account: string | null;
  readonly roleArn: string | null;
  /** ISO 8601 UTC, to the millisecond: tells a session renewed during a wait from one that was there before. */
  readonly madeAt: string;
  /** ISO 8601 UTC; null for a record that does not expire. */
  readonly expiresAt: string | null;
  /** The granted life in seconds; null where it is not known. */
  readonly grantedSeconds: number | null;
  /** Identifies the key or sign-in that the session was made from, so that all its sessions can be dropped with it. */
  readonly root: string;
  /** The names of the session policies; missing for a session without any. */
  readonly policy?: string;
}

/** The header of a session that a step returned at `now`; both times are in milliseconds since the epoch. */
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
