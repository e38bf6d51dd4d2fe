import type { Credentials } from '../core/credentials.ts';
import type { Flight } from '../core/flight.ts';
import type { SourceStep } from '../core/plan/steps.ts';
import type { System } from '../core/ports/system.ts';

/** The readable header of a token record. */
export interface TokenRecordFacts {
  readonly kind: string;
  readonly profile: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The name of the record with which this one is dropped; its own by default. */
  readonly root?: string;
}

/** Encrypted records of sign-in tokens, cached beside the sessions. */
export interface TokenRecords {
  read(name: string): Promise<string | undefined>;
  /** Best effort, as for every cached session. */
  write(name: string, text: string, about: TokenRecordFacts): Promise<void>;
}

export interface SourceContext {
  readonly system: System;
  readonly tokens: TokenRecords;
  /** Makes a result once for all processes that need it. Throws the failure of the process that tried. */
  singleFlight<T>(flight: Flight<T>): Promise<T>;
  /** `--no-browser`: sign in with a device code instead of a browser on this computer. */
  readonly noBrowser: boolean;
}

/** Gets credentials from a source other than a key. One implementation for each kind of step. */
export type CredentialSource<Kind extends SourceStep['kind']> = (
  step: Extract<SourceStep, { kind: Kind }>,
  context: SourceContext,
) => Promise<Credentials>;
