import type { Credentials } from '../../core/credentials.ts';
import { isCliError } from '../../core/errors.ts';
import type { CallerIdentity, Sts } from '../../core/ports/aws.ts';
import type { System } from '../../core/ports/system.ts';

// IAM usually needs about ten seconds to propagate a new key.
const LIMIT_MILLISECONDS = 60_000;
const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 4000;

type ProofSystem = Pick<System, 'clock' | 'out'>;

/**
 * Calls GetCallerIdentity with a new key until AWS knows it, for a minute at most. Throws CliError `aws` with awsCode
 * `InvalidClientTokenId` when AWS does not know it by then, and whatever else the call throws.
 */
export async function proveKey(
  key: Credentials,
  sts: Pick<Sts, 'getCallerIdentity'>,
  system: ProofSystem,
): Promise<CallerIdentity> {
  return untilKnown(system, () => sts.getCallerIdentity(key));
}

/**
 * Repeats a call signed with a new key while AWS does not know that key, for a minute at most, with a progress line.
 */
export async function untilKnown<T>({ clock, out }: ProofSystem, call: () => Promise<T>): Promise<T> {
  const begun = clock.now();
  try {
    for (let wait = FIRST_WAIT_MILLISECONDS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MILLISECONDS)) {
      try {
        return await call();
      } catch (error) {
        const waited = clock.now() - begun;
        if (!isUnknownKey(error) || waited + wait > LIMIT_MILLISECONDS) throw error;
        out.progress(`waiting until AWS knows the new key (${Math.round(waited / 1000)} s)`);
        await clock.sleep(wait);
      }
    }
  } finally {
    out.clearProgress();
  }
}

/** Whether AWS does not know the key that signed the call: it is too new, or deleted. */
export function isUnknownKey(error: unknown): boolean {
  return isCliError(error) && error.awsCode === 'InvalidClientTokenId';
}
