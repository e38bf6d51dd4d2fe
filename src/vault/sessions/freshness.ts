import type { SessionHeader } from './session-store.ts';

const SOFT_LIMIT_MILLISECONDS = 15 * 60_000;
const PROMPT_LIMIT_MILLISECONDS = 5 * 60_000;

export interface Freshness {
  /** Enough is left for a session that can be made anew unseen. */
  readonly goodUnseen: boolean;
  /** Enough is left for one whose renewal would ask a person. */
  readonly goodForPrompt: boolean;
  /** Not ended yet: better than nothing when AWS cannot be reached. */
  readonly alive: boolean;
}

/**
 * Judges a cached session. One that can be made anew unseen is let go when less than 15 minutes or a quarter of its
 * granted life is left, whichever is less; one that needs a prompt at less than 5 minutes. `minTtlSeconds`
 * (`--min-ttl`, AWS_MIN_TTL) overrides both.
 */
export function judge(header: SessionHeader, now: number, minTtlSeconds: number | undefined): Freshness {
  if (header.expiresAt === null) return { goodUnseen: true, goodForPrompt: true, alive: true };
  // NaN, from a header that is not ours, compares false and so counts as ended.
  const left = Date.parse(header.expiresAt) - now;
  const quarter = ((header.grantedSeconds ?? 0) * 1000) / 4;
  const unseen =
    minTtlSeconds === undefined ? Math.min(SOFT_LIMIT_MILLISECONDS, quarter) : minTtlSeconds * 1000;
  const prompt = minTtlSeconds === undefined ? PROMPT_LIMIT_MILLISECONDS : minTtlSeconds * 1000;
  return {
    goodUnseen: left > 0 && left >= unseen,
    goodForPrompt: left > 0 && left >= prompt,
    alive: left > 0,
  };
}
