import { isCliError } from '../core/errors.ts';
import type { SourceStep } from '../core/plan/steps.ts';
import type { Vault } from './keys/vault.ts';
import type { Clock } from '../core/ports/system.ts';

// IAM is eventually consistent: for some seconds, one region may not know a new key that another already knows.
const NEW_MILLISECONDS = 60_000;
const WAIT_MILLISECONDS = 2000;
const MAX_TRIES = 5;

/** When the key that a plan begins with was stored, in milliseconds since the epoch; 0 for a key outside the vault. */
export async function storedAtOf(step: SourceStep, vault: Pick<Vault, 'index'>): Promise<number> {
  if (step.kind !== 'key' || step.place !== 'vault') return 0;
  const { keys } = await vault.index();
  return Date.parse(keys.find(({ profile }) => profile === step.profile)?.storedAt ?? '') || 0;
}

/**
 * Makes a call with a key that was stored at `storedAt` (milliseconds since the epoch). In the key's first minute,
 * retries up to four times, every 2 seconds, while AWS does not know the key. Throws what `call` throws.
 */
export async function withNewKey<T>(
  storedAt: number,
  clock: Pick<Clock, 'now' | 'sleep'>,
  call: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await call();
    } catch (error) {
      const unknown = isCliError(error) && error.awsCode === 'InvalidClientTokenId';
      const young = clock.now() - storedAt < NEW_MILLISECONDS;
      if (!unknown || !young || tried === MAX_TRIES) throw error;
      await clock.sleep(WAIT_MILLISECONDS);
    }
  }
}
