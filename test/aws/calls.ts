// The log of calls a test asks what happened.

import type { Call } from './exchange.ts';

export type Calls = {
  /** Every call in order of arrival. */
  readonly log: readonly Call[];
  /** How many calls of an operation arrived (failed ones too). */
  count(operation: string): number;
  /** Calls by operation. */
  counts(): Readonly<Record<string, number>>;
  /** The operations' names in order of arrival. */
  operations(): string[];
  clear(): void;
  add(call: Call): Call;
};

export function createCalls(): Calls {
  const log: Call[] = [];
  return {
    log,
    count: (operation) => log.filter((call) => call.operation === operation).length,
    counts: () => {
      const counts = new Map<string, number>();
      for (const { operation } of log) counts.set(operation, (counts.get(operation) ?? 0) + 1);
      return Object.fromEntries(counts);
    },
    operations: () => log.map((call) => call.operation),
    clear: () => {
      log.length = 0;
    },
    add: (call) => {
      log.push(call);
      return call;
    },
  };
}
