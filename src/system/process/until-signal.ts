import { constants } from 'node:os';
import { signalsToIgnore } from './inheritance.ts';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Waits to be told to end, and keeps the process alive meanwhile. Gives 128+n for signal n. A signal that the parent
 * ignores, as nohup(1) does SIGHUP, tells nothing.
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
