import { CliError, isCliError } from '../core/errors.ts';
import type { Flight } from '../core/flight.ts';
import type { Locks, SharedFailure } from '../core/ports/locks.ts';

/**
 * Single flight across processes: of all processes that need the same result at once, one makes it and the others find
 * it. Looks for the result again under the lock; where the holder it waited for failed in a way that would only repeat,
 * throws that failure with its code and hints; otherwise makes the result. A holder that dies releases the lock, and a
 * process that comes after a failure tries again. Where no lock is possible, each process makes its own result. Throws
 * what `find` and `make` throw.
 */
export async function singleFlight<T>(locks: Locks, flight: Flight<T>): Promise<T> {
  return locks.withLock(flight.name, { purpose: flight.purpose, optional: true }, async (lock) => {
    const found = await flight.find();
    if (found !== undefined) return found;
    const { failure } = lock;
    if (failure !== undefined && !flight.ignoresFailure) {
      throw new CliError(failure.kind, failure.message, failure);
    }
    try {
      return await flight.make();
    } catch (error) {
      const shared = sharedFailure(error);
      if (shared !== undefined) lock.reportFailure(shared);
      throw error;
    }
  });
}

// Failures of a prompt, and of a sign-in that only the user can repeat: a process that already waits must neither
// prompt for the same nor send the same again. An outage is not among them, nor is a missing terminal.
const SHARED_CODES: ReadonlySet<string> = new Set([
  'mfa-refused',
  'no-code',
  'sign-in-failed',
  'sign-in-needed',
  'wrong-passphrase',
]);

function sharedFailure(error: unknown): SharedFailure | undefined {
  if (!isCliError(error)) return undefined;
  const { kind, code, message, hints } = error;
  if (kind !== 'interrupted' && (code === undefined || !SHARED_CODES.has(code))) return undefined;
  return { kind, message, hints, ...(code === undefined ? {} : { code }) };
}
