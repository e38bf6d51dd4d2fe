import type { Clock } from '../core/ports/system.ts';

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    const { setTimeout } = await import('node:timers/promises');
    await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};
