/** With how much left credentials are renewed: for cached sessions and for those that a server hands out. */
export interface RenewalRule {
  /** Seconds that must be left of a life of `grantedSeconds`, for what is renewed without a prompt. */
  silentSeconds(grantedSeconds: number): number;
  /** Seconds, for what asks a person. */
  readonly promptSeconds: number;
}

/** 15 minutes or a quarter of the granted life, whichever is less; 5 minutes where a person is asked. */
export const USUAL_RULE: RenewalRule = {
  silentSeconds: (granted) => Math.min(900, granted / 4),
  promptSeconds: 300,
};

/** `--min-ttl` and AWS_MIN_TTL: the given time, prompt or not. */
export function minTtlRule(seconds: number): RenewalRule {
  return { silentSeconds: () => seconds, promptSeconds: seconds };
}

/** The rule with at least so much left, though never more than three quarters of what was granted. */
export function withFloor(rule: RenewalRule, seconds: number): RenewalRule {
  return {
    silentSeconds: (granted) => Math.max(rule.silentSeconds(granted), Math.min(seconds, granted * 0.75)),
    promptSeconds: Math.max(rule.promptSeconds, seconds),
  };
}
