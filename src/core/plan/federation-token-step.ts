import { defaultFederatedName } from '../aws/arn.ts';
import { FEDERATION_SECONDS } from '../aws/durations.ts';
import { CliError } from '../errors.ts';
import { keyOf } from './cache-key.ts';
import { chooseDuration } from './durations.ts';
import type { ChainFacts } from './facts.ts';
import { keyParts } from './narrowing.ts';
import type { Narrowing, NarrowingOptions } from './narrowing.ts';
import type { FederationTokenStep, SourceStep } from './steps.ts';

const FEDERATED_SECONDS = 3600;

interface NarrowedKey {
  readonly step: FederationTokenStep;
  readonly notes: readonly string[];
}

/**
 * The session of a key that has a policy and no role to put it on. Throws CliError `usage` where the chain is nothing but
 * a source that accepts no policy.
 */
export function narrowedKey(source: SourceStep, facts: ChainFacts): NarrowedKey | undefined {
  const { chain, longLived, narrowing, options } = facts;
  if (narrowing === undefined || options.narrowing === undefined) return undefined;
  if (chain.roles.length > 0 || source.kind === 'web-identity') return undefined;
  if (!longLived) throw takesNoPolicy(options.narrowing, source);
  return federationTokenStep(source, narrowing, facts);
}

/**
 * GetFederationToken with the key that a chain begins with: the one call by which a user's key gives a session with a
 * policy. Throws as chooseDuration.
 */
function federationTokenStep(
  source: SourceStep,
  narrowing: Narrowing,
  { context, options, partition, settings }: ChainFacts,
): NarrowedKey {
  const { seconds: durationSeconds, notes } = chooseDuration({
    of: `the session of profile ${source.profile}`,
    asked: options.durationSeconds,
    configured: undefined,
    fallback: FEDERATED_SECONDS,
    limits: FEDERATION_SECONDS,
    chained: false,
  });
  const name = defaultFederatedName(context.userName);
  const step: FederationTokenStep = {
    kind: 'federation-token',
    profile: source.profile,
    name,
    narrowing,
    durationSeconds,
    settings,
    reason: 'a narrowed session of the user, since there is no role',
    cacheKey: keyOf(
      'federation-token',
      source.cacheKey,
      name,
      partition ?? 'aws',
      settings.endpoint ?? '',
      durationSeconds,
      ...keyParts(narrowing),
    ),
  };
  return { step, notes: [...notes, federationNote(source.profile)] };
}

/** What a federated session cannot do, which no policy changes (IAM User Guide, "GetFederationToken"). */
export function federationNote(profile: string | undefined): string {
  return `profile ${profile} has no role, so its narrowed session carries no MFA and cannot call IAM`;
}

/** The error where a chain ends with a source that AWS gives no policy to. */
function takesNoPolicy(
  { readOnly, policyArns }: NarrowingOptions,
  { profile, reason }: SourceStep,
): CliError {
  const option = readOnly ? '--read-only' : policyArns.length > 0 ? '--policy-arn' : '--policy-file';
  const whose = profile === undefined ? 'these credentials' : `the credentials of profile ${profile}`;
  return new CliError('usage', `${option} cannot narrow ${whose}: no session policy goes with ${reason}`, {
    code: 'no-policy',
    hints: ['narrow a role that these credentials may assume: add --role ARN or --role ACCOUNT:NAME'],
  });
}
