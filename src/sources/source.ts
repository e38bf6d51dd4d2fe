import type { Credentials } from '../core/credentials.ts';
import type { Flight } from '../core/flight.ts';
import type { SourceStep } from '../core/plan/steps.ts';
import type { System } from '../core/ports/system.ts';

export interface TokenRecordFacts {
  readonly kind: string;
  readonly profile: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The name of the record that this one is dropped with; its own without it. */
  readonly root?: string;
}

/** Sealed records that outlive the process: sign-in tokens beside the sessions. */
export interface TokenRecords {
  read(name: string): Promise<string | undefined>;
  /** Best effort, like every cached session. */
  write(name: string, text: string, about: TokenRecordFacts): Promise<void>;
}

export interface SourceContext {
  readonly system: System;
  readonly tokens: TokenRecords;
  /** Gets what other processes may need too, once for all of them; throws the failure of the process that tried. */
  singleFlight<T>(flight: Flight<T>): Promise<T>;
  /** Sign in by device code instead of a browser on this machine. */
  readonly noBrowser: boolean;
}

/** Gets credentials from a place that is not a stored key. One implementation a step kind. */
export type CredentialSource<Kind extends SourceStep['kind']> = (
  step: Extract<SourceStep, { kind: Kind }>,
  context: SourceContext,
) => Promise<Credentials>;
