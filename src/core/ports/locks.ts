import type { ErrorCode, ErrorKind } from '../errors.ts';

export interface LockOptions {
  /** What the holder does, for the line a waiter prints after a second. */
  readonly purpose: string;
  /** Runs without, after a warning, where no lock can be had: for what is only cached and can be made again. */
  readonly optional?: boolean;
}

export interface HeldLock {
  /** True when another process held it first: whatever it made is worth looking for. */
  readonly waited: boolean;
  /**
   * Leaves word for those already waiting that a prompt failed or was cancelled, so that they do not ask again.
   */
  reportFailure(failure: SharedFailure): void;
  /** The failure that the holder we waited for left, if it came after we began to wait. */
  readonly failure: SharedFailure | undefined;
}

/** A CliError, as far as it can be told to another process. */
export interface SharedFailure {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly hints: readonly string[];
}

/** Locks between processes, freed by the kernel when their holder dies. */
export interface Locks {
  /**
   * Runs `work` alone among all ccvault processes of this vault that use the same name. Where no lock can be had
   * (read-only home) it throws CliError `keystore`, or goes on without if the lock is optional.
   */
  withLock<T>(name: string, options: LockOptions, work: (lock: HeldLock) => Promise<T>): Promise<T>;
}
