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
 * The narrowed session of a key without a role; undefined if there is no session policy, or a role or web identity that
 * accepts it. Throws CliError `usage` with code `no-policy` for any other source, and as chooseDuration.
 */
export function narrowedKey(source: SourceStep, facts: ChainFacts): NarrowedKey | undefined {
  const { chain, longLived, narrowing, options } = facts;
  if (narrowing === undefined || options.narrowing === undefined) return undefined;
  if (chain.roles.length > 0 || source.kind === 'web-identity') return undefined;
  if (!longLived) throw takesNoPolicy(options.narrowing, source);
  return federationTokenStep(source, narrowing, facts);
}

/**
 * GetFederationToken with the key that the chain begins with: the only call that makes a session with a session
 * policy from a user's key. Throws as chooseDuration.
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

/** The note about the limits of a federated session, whatever its policy (IAM User Guide, "GetFederationToken"). */
export function federationNote(profile: string | undefined): string {
  return `profile ${profile} has no role, so its narrowed session carries no MFA and cannot call IAM`;
}

/** The error for a chain that ends with a source to which no session policy can be applied. */
function takesNoPolicy(
  { readOnly, policyArns }: NarrowingOptions,
  { profile, reason }: SourceStep,
): CliError {
  const option = readOnly ? '--read-only' : policyArns.length > 0 ? '--policy-arn' : '--policy-file';
  const whose = profile === undefined ? 'these credentials' : `the credentials of profile ${profile}`;
  return new CliError(
    'usage',
    `${option} cannot narrow ${whose}: no session policy can be applied to ${reason}`,
    {
      code: 'no-policy',
      hints: ['narrow a role that these credentials may assume: add --role ARN or --role ACCOUNT:NAME'],
    },
  );
}
