import { isObject, numberField, parseObject, stringField } from '../json.ts';
import { parseTime } from '../time.ts';

// `history.json`, by which the picker sorts profiles:
// {"version": 1, "profiles": {"NAME": {"uses": 2.5, "lastUsedAt": "2026-01-02T03:04:05.000Z"}}}

/** How much a profile is used. */
export interface Use {
  /** The weight of all uses up to `lastUsedAt`: each counts 1 at first and loses half of its weight every week. */
  readonly uses: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number;
}

export type History = ReadonlyMap<string, Use>;

const HALF_LIFE_MILLISECONDS = 7 * 86_400_000;
const MAX_PROFILES = 500;

/** Parses `history.json`; ignores every part that is not valid. */
export function readHistory(text: string | undefined): History {
  const fields = parseObject(text ?? '');
  const profiles = fields?.['version'] === 1 ? fields['profiles'] : undefined;
  const history = new Map<string, Use>();
  if (!isObject(profiles)) return history;
  for (const [profile, use] of Object.entries(profiles)) {
    if (!isObject(use)) continue;
    const uses = numberField(use, 'uses') ?? 0;
    const lastUsedAt = parseTime(stringField(use, 'lastUsedAt') ?? '');
    if (uses > 0 && lastUsedAt !== undefined) history.set(profile, { uses, lastUsedAt });
  }
  return history;
}

/** The text of `history.json` after one more use, with the 500 most used profiles. `now` in ms since the epoch. */
export function withUse(text: string | undefined, profile: string, now: number): string {
  const history = new Map(readHistory(text));
  const before = history.get(profile);
  history.set(profile, { uses: 1 + (before === undefined ? 0 : weight(before, now)), lastUsedAt: now });
  const kept = [...history]
    .toSorted(([, a], [, b]) => weight(b, now) - weight(a, now))
    .slice(0, MAX_PROFILES)
    .map(([name, { uses, lastUsedAt }]) => [
      name,
      { uses: Math.round(uses * 1000) / 1000, lastUsedAt: new Date(lastUsedAt).toISOString() },
    ]);
  return `${JSON.stringify({ version: 1, profiles: Object.fromEntries(kept) })}\n`;
}

/**
 * Sorts by use: the last used item first, then the most used ones, recent uses counting more; unused items stay in
 * their order at the end. `now` is in milliseconds since the epoch.
 */
export function byUse<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  history: History,
  now: number,
): readonly T[] {
  const used = items.flatMap((item) => {
    const use = history.get(nameOf(item));
    return use === undefined ? [] : [{ item, use }];
  });
  const last = Math.max(...used.map(({ use }) => use.lastUsedAt));
  const rank = (use: Use): number => (use.lastUsedAt === last ? Infinity : weight(use, now));
  const ranked = used
    .map(({ item, use }) => ({ item, rank: rank(use) }))
    .toSorted((a, b) => (a.rank === b.rank ? 0 : b.rank - a.rank));
  return [...ranked.map(({ item }) => item), ...items.filter((item) => !history.has(nameOf(item)))];
}

function weight({ uses, lastUsedAt }: Use, now: number): number {
  // After the clock was set back, a use must not count for more than it did.
  return uses * 0.5 ** (Math.max(0, now - lastUsedAt) / HALF_LIFE_MILLISECONDS);
}
