import { USUAL_RULE } from '../../core/renewal-rule.ts';
import type { RenewalRule } from '../../core/renewal-rule.ts';
import type { SessionHeader } from './session-header.ts';

export interface Freshness {
  /** Enough is left for a session that can be renewed without a prompt. */
  readonly freshIfSilent: boolean;
  /** Enough is left for a session whose renewal needs a prompt. */
  readonly freshIfPrompted: boolean;
  /** Not expired: usable when AWS cannot be reached. */
  readonly alive: boolean;
  /** The last moment, in milliseconds since the epoch, at which enough is left in either case. */
  readonly freshUntil: number;
}

/** How fresh a cached session is at `now`, in milliseconds since the epoch. */
export function freshnessOf(header: SessionHeader, now: number, rule: RenewalRule = USUAL_RULE): Freshness {
  if (header.expiresAt === null)
    return { freshIfSilent: true, freshIfPrompted: true, alive: true, freshUntil: Infinity };
  // A date that cannot be parsed is NaN, which compares false and so counts as expired.
  const end = Date.parse(header.expiresAt);
  const left = end - now;
  const silent = rule.silentSeconds(header.grantedSeconds ?? 0) * 1000;
  const prompt = rule.promptSeconds * 1000;
  return {
    freshIfSilent: left > 0 && left >= silent,
    freshIfPrompted: left > 0 && left >= prompt,
    alive: left > 0,
    freshUntil: end - Math.max(silent, prompt),
  };
}
