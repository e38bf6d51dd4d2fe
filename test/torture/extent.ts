// How much of the torture a run does, and by which dice.

const WANTED = process.env['CCVAULT_TORTURE'];

/**
 * `full` (`make torture`), or so many percent of it, over every subject; undefined for the few cases that `make test`
 * has time for.
 */
export const PERCENT = WANTED === undefined ? undefined : WANTED === 'full' ? 100 : Number(WANTED);

/** So much of what a full run does; at least one. */
export function partOf(full: number): number {
  return Math.max(1, Math.round((full * (PERCENT ?? 0)) / 100));
}

/** What the choices of this run follow from: CCVAULT_TORTURE_SEED, or one that differs from run to run. */
export const SEED = Number(process.env['CCVAULT_TORTURE_SEED'] ?? Date.now() % 1_000_000_000);

/** Numbers from 0 up to 1, the same for the same seed and purpose (mulberry32). */
export function dice(purpose: string): () => number {
  let state = Buffer.from(purpose).reduce((sum, byte) => Math.imul(sum, 31) + byte, SEED);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** At most so many of the items, chosen by the dice, in their order. */
export function sample<T>(items: readonly T[], count: number, roll: () => number): readonly T[] {
  if (items.length <= count) return items;
  const chosen = items
    .map((_, index) => ({ index, weight: roll() }))
    .sort((one, other) => one.weight - other.weight)
    .slice(0, count);
  return chosen
    .map(({ index }) => index)
    .sort((one, other) => one - other)
    .map((index) => items[index] as T);
}
