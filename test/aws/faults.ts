// Trouble on demand: the n-th call of an operation fails in the way a test wants.

/**
 * `throttle` 400 Throttling; `slow-down` 503; `internal` 500; `hang` never answers; `drop` closes the connection
 * before the call is carried out, `drop-after` once it has been; `delay` answers late; `html` is a page of
 * something between AWS and the client.
 */
export type FaultKind =
  | 'throttle'
  | 'slow-down'
  | 'internal'
  | 'hang'
  | 'drop'
  | 'drop-after'
  | 'delay'
  | 'html';

export const FAULT_KINDS: readonly FaultKind[] = [
  'throttle',
  'slow-down',
  'internal',
  'hang',
  'drop',
  'drop-after',
  'delay',
  'html',
];

export type Fault = {
  /** The operation's name, or `*` for any. */
  readonly operation: string;
  readonly kind: FaultKind;
  /** Starts with the n-th matching call from now, 1 being the next. Default 1. */
  readonly nth?: number;
  /** How many calls in a row it befalls. Default: all until `clear()`. */
  readonly times?: number;
  /** For `delay`. */
  readonly ms?: number;
};

export type Faults = {
  add(fault: Fault): void;
  clear(): void;
  /** Counts a call, and says what befalls it; where several faults match, the one added first. */
  next(operation: string): Fault | undefined;
};

export function createFaults(): Faults {
  let scheduled: { readonly fault: Fault; seen: number }[] = [];
  return {
    add: (fault) => {
      scheduled.push({ fault, seen: 0 });
    },
    clear: () => {
      scheduled = [];
    },
    next: (operation) => {
      let hit: Fault | undefined;
      for (const entry of scheduled) {
        const { fault } = entry;
        if (fault.operation !== '*' && fault.operation !== operation) continue;
        entry.seen++;
        const first = fault.nth ?? 1;
        const last = first + (fault.times ?? Infinity) - 1;
        if (entry.seen >= first && entry.seen <= last) hit ??= fault;
      }
      return hit;
    },
  };
}
