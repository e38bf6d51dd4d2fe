import { USUAL_RULE, withFloor } from '../core/renewal-rule.ts';
import type { RenewalRule } from '../core/renewal-rule.ts';

/** Credentials with less time left are not handed out: a request signed with them may arrive too late. */
export const DEAD_SECONDS = 60;

/** More than `DEAD_SECONDS`, so that there is time to retry a failed renewal once. */
const CONTAINER_FLOOR_SECONDS = 90;

/**
 * botocore uses credentials of the metadata service for up to 10 minutes before it asks again, even past their
 * expiration (`InstanceMetadataFetcher._evaluate_expiration` moves that 15 minutes and 2 to 10 more ahead,
 * `RefreshableCredentials` asks with less than 15 left); a minute more is for the request.
 */
const METADATA_FLOOR_SECONDS = 11 * 60;

/**
 * botocore moves the expiration of credentials of the metadata service with less than 17 to 25 minutes left. The SDKs
 * for Go v2, JavaScript v3 and Rust do so only for credentials that expired or cannot be renewed. A session of less
 * than 52 minutes is renewed after half of its life, or with the time above left if that is earlier.
 */
const METADATA_RULE: RenewalRule = {
  silentSeconds: (granted) => Math.min(26 * 60, granted / 2),
  promptSeconds: METADATA_FLOOR_SECONDS,
};

/** How long a response waits for a renewal: the SDKs wait a second for each. */
export const METADATA_WAIT_MILLISECONDS = 800;

/** When an endpoint renews its credentials: early enough for its clients and for `asked`, the rule of `--min-ttl`. */
export function ruleOfEndpoint(kind: 'ecs' | 'imds', asked: RenewalRule | undefined): RenewalRule {
  return kind === 'imds'
    ? withFloor(asked ?? METADATA_RULE, METADATA_FLOOR_SECONDS)
    : withFloor(asked ?? USUAL_RULE, CONTAINER_FLOOR_SECONDS);
}
