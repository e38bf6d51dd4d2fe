import { SESSION_TOKEN_SECONDS } from '../aws/durations.ts';
import { keyOf } from './cache-key.ts';
import { chooseDuration, configuredSeconds } from './durations.ts';
import type { ChainFacts } from './facts.ts';
import type { SessionTokenStep, SourceStep } from './steps.ts';

const WITH_MFA_SECONDS = 43_200;
const WITHOUT_MFA_SECONDS = 3600;

/** GetSessionToken with the key that the chain begins with. Throws as chooseDuration. */
export function sessionTokenStep(
  source: SourceStep,
  mfaSerial: string | undefined,
  { chain, options, partition, settings }: ChainFacts,
): { readonly step: SessionTokenStep; readonly notes: readonly string[] } {
  const last = chain.roles.length === 0;
  const { seconds: durationSeconds, notes } = chooseDuration({
    of: `the session of profile ${source.profile}`,
    asked: last ? options.durationSeconds : undefined,
    configured: [chain.source.profile, ...chain.roles]
      .map((view) => configuredSeconds(view, 'get_session_token_duration_seconds'))
      .find((seconds) => seconds !== undefined),
    fallback: mfaSerial === undefined ? WITHOUT_MFA_SECONDS : WITH_MFA_SECONDS,
    limits: SESSION_TOKEN_SECONDS,
    chained: false,
  });
  const step: SessionTokenStep = {
    kind: 'session-token',
    profile: source.profile,
    mfaSerial,
    durationSeconds,
    settings,
    reason:
      mfaSerial === undefined
        ? 'a session, so that the key itself is not handed out'
        : `a session with MFA${last ? '' : ', for every role of this key'}`,
    cacheKey: keyOf(
      'session-token',
      source.cacheKey,
      mfaSerial ?? '',
      partition ?? 'aws',
      settings.endpoint ?? '',
      durationSeconds,
    ),
  };
  return { step, notes };
}
