import { USUAL_RULE, withFloor } from '../core/renewal-rule.ts';
import type { RenewalRule } from '../core/renewal-rule.ts';

/** With less than this left credentials are as good as dead: a request signed with them may arrive too late. */
export const DEAD_SECONDS = 60;

/** Above what is as good as dead, so that a renewal that fails can be tried once more. */
const CONTAINER_FLOOR_SECONDS = 90;

/**
 * botocore keeps what it gets from the metadata service for up to 10 minutes before it asks again, past the end if it
 * must (`InstanceMetadataFetcher._evaluate_expiration` moves the end by a window of 15 minutes and up to 10 more,
 * `RefreshableCredentials` asks with less than 15 left), and a request takes its time.
 */
const METADATA_FLOOR_SECONDS = 11 * 60;

/**
 * botocore moves the end of credentials of the metadata service with less than 17 to 25 minutes left into the future.
 * The SDKs for Go v2, JavaScript v3 and Rust do so only with what has ended or cannot be had. Of a session
 * that is granted for less than twice that, half its life remains, and the 10 minutes above.
 */
const METADATA_RULE: RenewalRule = {
  silentSeconds: (granted) => Math.min(26 * 60, granted / 2),
  promptSeconds: METADATA_FLOOR_SECONDS,
};

/** The SDKs give the metadata service a second for each response; the rest of it is theirs. */
export const METADATA_WAIT_MILLISECONDS = 800;

/** When an endpoint's credentials are renewed; `asked` is what `--min-ttl` asks for, which no endpoint goes below. */
export function ruleOfEndpoint(kind: 'ecs' | 'imds', asked: RenewalRule | undefined): RenewalRule {
  return kind === 'imds'
    ? withFloor(asked ?? METADATA_RULE, METADATA_FLOOR_SECONDS)
    : withFloor(asked ?? USUAL_RULE, CONTAINER_FLOOR_SECONDS);
}
