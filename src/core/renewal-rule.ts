/** With how much left credentials are renewed: for cached sessions and for those that a server hands out. */
export interface RenewalRule {
  /** Seconds, for what can be renewed unseen, of a life granted for so many seconds. */
  unseenSeconds(grantedSeconds: number): number;
  /** Seconds, for what asks a person. */
  readonly promptSeconds: number;
}

/** 15 minutes or a quarter of the granted life, whichever is less; 5 minutes where a person is asked. */
export const USUAL_RULE: RenewalRule = {
  unseenSeconds: (granted) => Math.min(900, granted / 4),
  promptSeconds: 300,
};

/** `--min-ttl` and AWS_MIN_TTL: what was asked for, whoever has to be asked for it. */
export function minTtlRule(seconds: number): RenewalRule {
  return { unseenSeconds: () => seconds, promptSeconds: seconds };
}

/** The rule with at least so much left, though never more than half of what was granted. */
export function withFloor(rule: RenewalRule, seconds: number): RenewalRule {
  return {
    unseenSeconds: (granted) => Math.max(rule.unseenSeconds(granted), Math.min(seconds, granted / 2)),
    promptSeconds: Math.max(rule.promptSeconds, seconds),
  };
}
