import { constants } from 'node:os';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Waits to be told to end, and keeps the process alive meanwhile. Gives 128+n for signal n. */
export function untilSignal(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  for (const signal of ENDING) process.once(signal, () => resolve(128 + constants.signals[signal]));
  return promise;
}
