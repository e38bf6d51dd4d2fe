import { CliError, isCliError } from '../core/errors.ts';
import type { Flight } from '../core/flight.ts';
import type { Locks, SharedFailure } from '../core/ports/locks.ts';

/**
 * Single flight across processes: of all that need the same at once, one makes it and the others find it. Under the
 * lock it looks again; where the holder it waited for failed in a way that would only be repeated, it fails alike,
 * with the holder's code and hints; else it makes. A holder that dies frees the others, and one that comes after a
 * failure makes its own try. Where no lock can be had each makes its own. Throws what `find` and `make` throw.
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

// Failures of the person's part, and of a sign-in that only a person can replace: those who wait already must neither
// be asked the same nor send the same again. An outage is none of them, and neither is a missing terminal.
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
