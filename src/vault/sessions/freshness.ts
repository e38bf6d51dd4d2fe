import { USUAL_RULE } from '../../core/renewal-rule.ts';
import type { RenewalRule } from '../../core/renewal-rule.ts';
import type { SessionHeader } from './session-store.ts';

export interface Freshness {
  /** Enough is left for a session that can be made anew unseen. */
  readonly goodUnseen: boolean;
  /** Enough is left for one whose renewal would ask a person. */
  readonly goodForPrompt: boolean;
  /** Not ended yet: better than nothing when AWS cannot be reached. */
  readonly alive: boolean;
  /** The last moment, in milliseconds since the epoch, at which enough is left in either case. */
  readonly goodUntil: number;
}

/** Judges a cached session by how much of it is left. */
export function judge(header: SessionHeader, now: number, rule: RenewalRule = USUAL_RULE): Freshness {
  if (header.expiresAt === null)
    return { goodUnseen: true, goodForPrompt: true, alive: true, goodUntil: Infinity };
  // NaN, from a header that is not ours, compares false and so counts as ended.
  const end = Date.parse(header.expiresAt);
  const left = end - now;
  const unseen = rule.unseenSeconds(header.grantedSeconds ?? 0) * 1000;
  const prompt = rule.promptSeconds * 1000;
  return {
    goodUnseen: left > 0 && left >= unseen,
    goodForPrompt: left > 0 && left >= prompt,
    alive: left > 0,
    goodUntil: end - Math.max(unseen, prompt),
  };
}
