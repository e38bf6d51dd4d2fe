/** The time left at which credentials are renewed: cached sessions, and the credentials that a server returns. */
export interface RenewalRule {
  /** Seconds that have to be left of a lifetime of `grantedSeconds`, for a renewal without a prompt. */
  silentSeconds(grantedSeconds: number): number;
  /** Seconds that have to be left, for a renewal with a prompt. */
  readonly promptSeconds: number;
}

/** 15 minutes or a quarter of the lifetime, whichever is less; 5 minutes for a renewal with a prompt. */
export const USUAL_RULE: RenewalRule = {
  silentSeconds: (granted) => Math.min(900, granted / 4),
  promptSeconds: 300,
};

/** The rule of `--min-ttl` and AWS_MIN_TTL, in seconds: the same time with and without a prompt. */
export function minTtlRule(seconds: number): RenewalRule {
  return { silentSeconds: () => seconds, promptSeconds: seconds };
}

/** Raises a rule that is below `seconds`; without a prompt to no more than three quarters of the lifetime. */
export function withFloor(rule: RenewalRule, seconds: number): RenewalRule {
  return {
    silentSeconds: (granted) => Math.max(rule.silentSeconds(granted), Math.min(seconds, granted * 0.75)),
    promptSeconds: Math.max(rule.promptSeconds, seconds),
  };
}
