import { constants } from 'node:os';
import { signalsToIgnore } from './inheritance.ts';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Waits for SIGINT, SIGTERM or SIGHUP and resolves to 128+n for signal n. A signal that the parent ignores, as
 * nohup(1) ignores SIGHUP, does not count.
 */
export function untilSignal(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const ignored = signalsToIgnore();
  for (const signal of ENDING) {
    const number = constants.signals[signal];
    if (!ignored.includes(number)) process.once(signal, () => resolve(128 + number));
  }
  return promise;
}
