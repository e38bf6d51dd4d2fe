import type { ErrorCode, ErrorKind } from '../errors.ts';

export interface LockOptions {
  /** What the holder does, for the line that a waiter prints after a second. */
  readonly purpose: string;
  /** True to go on without a lock, with a warning, if none can be taken: for results that can be made again. */
  readonly optional?: boolean;
}

export interface HeldLock {
  /** True if we waited for another holder, in this process or another: look for its result. */
  readonly waited: boolean;
  /** Tells those who already wait that a prompt failed or was cancelled, so that they do not ask again. */
  reportFailure(failure: SharedFailure): void;
  /** The failure that a holder reported after we began to wait; undefined if there is none. */
  readonly failure: SharedFailure | undefined;
}

/** The parts of a CliError that another process gets. */
export interface SharedFailure {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly hints: readonly string[];
}

/** Locks between processes. The kernel frees a lock when its holder dies. */
export interface Locks {
  /**
   * Runs `work` while no other holder of the same name runs, in this process or any other of this vault. `work` must
   * not take the same lock again. If no lock can be taken (read-only home), throws CliError `keystore`, or runs
   * without one if the lock is optional.
   */
  withLock<T>(name: string, options: LockOptions, work: (lock: HeldLock) => Promise<T>): Promise<T>;
}
