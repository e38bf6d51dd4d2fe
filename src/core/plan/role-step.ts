import { defaultRoleSessionName, isRoleArn } from '../aws/arn.ts';
import { ASSUME_ROLE_SECONDS } from '../aws/durations.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { CliError } from '../errors.ts';
import { keyOf } from './cache-key.ts';
import { chooseDuration, configuredSeconds, ROLE_SECONDS } from './durations.ts';
import type { ChosenDuration } from './durations.ts';
import type { ChainFacts } from './facts.ts';
import { sessionTagsOf, transitiveTagKeysOf } from './session-tags.ts';
import type { AssumeRoleStep, Step } from './steps.ts';

/** How long a role of the chain is to last. Throws as chooseDuration. */
export function roleDuration(
  role: ProfileView,
  index: number,
  { chain, longLived, options }: ChainFacts,
): ChosenDuration & { readonly role: ProfileView } {
  const chosen = chooseDuration({
    of: `role ${role.get('role_arn')}`,
    asked: index === chain.roles.length - 1 ? options.durationSeconds : undefined,
    configured: configuredSeconds(role, 'duration_seconds'),
    fallback: ROLE_SECONDS,
    limits: ASSUME_ROLE_SECONDS,
    chained: chain.roles.length > 1 || !longLived,
  });
  return { ...chosen, role };
}

/** AssumeRole with the credentials of the step before it. Throws CliError `config` for what AWS would not take. */
export function roleStep(
  role: ProfileView,
  call: {
    readonly upstream: Step;
    readonly seconds: number;
    readonly mfaSerial: string | undefined;
    /** With the key itself, because it is to last longer than a session's role may. */
    readonly straight: boolean;
  },
  { context, settings }: ChainFacts,
): AssumeRoleStep {
  const { mfaSerial, seconds: durationSeconds } = call;
  const roleArn = role.get('role_arn') ?? '';
  assertRoleArn(roleArn, role.name);
  const sessionName = role.get('role_session_name') ?? defaultRoleSessionName(context.userName);
  const externalId = role.get('external_id');
  const sourceIdentity = role.get('source_identity');
  const tags = sessionTagsOf(role);
  const transitiveTagKeys = transitiveTagKeysOf(role);
  return {
    kind: 'assume-role',
    profile: role.name,
    roleArn,
    sessionName,
    externalId,
    tags,
    transitiveTagKeys,
    sourceIdentity,
    mfaSerial,
    durationSeconds,
    settings,
    reason:
      `role_arn of profile ${role.name}` +
      (call.straight ? ', straight from the key because it is to last longer than 1 h' : '') +
      (mfaSerial === undefined ? '' : ', with the MFA code on the call'),
    cacheKey: keyOf(
      'assume-role',
      call.upstream.cacheKey,
      roleArn,
      externalId ?? '',
      sessionName,
      tags.map((tag) => [tag.key, tag.value]),
      transitiveTagKeys,
      sourceIdentity ?? '',
      mfaSerial ?? '',
      durationSeconds,
      settings.endpoint ?? '',
    ),
  };
}

/** Throws CliError `config` for a role_arn that AWS could not know; before any call, so that the profile is named. */
export function assertRoleArn(roleArn: string, profile: string | undefined): void {
  if (isRoleArn(roleArn)) return;
  throw new CliError(
    'config',
    `${profile === undefined ? 'AWS_ROLE_ARN' : `profile ${profile}: role_arn`} is not the ARN of a role: ${roleArn}`,
    {
      hints: ['write it like arn:aws:iam::123456789012:role/name'],
    },
  );
}
