import { defaultRoleSessionName } from '../aws/arn.ts';
import { ASSUME_ROLE_SECONDS } from '../aws/durations.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { AddedRole } from './added-role.ts';
import { keyOf } from './cache-key.ts';
import { checkedSetting } from './checked-settings.ts';
import { chooseDuration, configuredSeconds, ROLE_SECONDS } from './durations.ts';
import type { ChosenDuration } from './durations.ts';
import type { ChainFacts } from './facts.ts';
import { keyParts } from './narrowing.ts';
import { sessionTagsOf, transitiveTagKeysOf } from './session-tags.ts';
import type { AssumeRoleStep, Step } from './steps.ts';

/** The duration of a role in the chain. Throws as chooseDuration. */
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

/** AssumeRole with the credentials of the step before. Throws CliError `config` for settings that AWS would refuse. */
export function roleStep(
  role: ProfileView,
  call: {
    readonly upstream: Step;
    readonly seconds: number;
    readonly mfaSerial: string | undefined;
    /** Called with the key itself: a role assumed with a session of the key lasts an hour at most. */
    readonly direct: boolean;
  },
  { chain, context, narrowing: policy, requested, settings }: ChainFacts,
): AssumeRoleStep {
  const { mfaSerial, seconds: durationSeconds } = call;
  const roleArn = checkedSetting(role, 'role_arn') ?? '';
  const narrowing = role === chain.roles.at(-1) ? policy : undefined;
  const sessionName =
    checkedSetting(role, 'role_session_name') ??
    defaultRoleSessionName(context.userName, narrowing !== undefined);
  const externalId = checkedSetting(role, 'external_id');
  const sourceIdentity = checkedSetting(role, 'source_identity');
  const tags = sessionTagsOf(role);
  const transitiveTagKeys = transitiveTagKeysOf(role);
  const isAdded = role instanceof AddedRole;
  return {
    kind: 'assume-role',
    profile: isAdded ? requested?.name : role.name,
    roleArn,
    sessionName,
    externalId,
    tags,
    transitiveTagKeys,
    sourceIdentity,
    narrowing,
    mfaSerial,
    durationSeconds,
    settings,
    reason:
      (isAdded ? 'the role of --role' : `role_arn of profile ${role.name}`) +
      (call.direct ? ', directly from the key because it lasts longer than 1 h' : '') +
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
      ...keyParts(narrowing),
    ),
  };
}
