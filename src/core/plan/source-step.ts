import { defaultRoleSessionName } from '../aws/arn.ts';
import { ASSUME_ROLE_SECONDS } from '../aws/durations.ts';
import type { ServiceName } from '../aws/endpoints.ts';
import type { AwsSettings } from '../ports/aws.ts';
import { keyOf, rootOfKey } from './cache-key.ts';
import { keyParts } from './narrowing.ts';
import type { Source } from './chain.ts';
import { chooseDuration, configuredSeconds, ROLE_SECONDS } from './durations.ts';
import type { ChainFacts } from './facts.ts';
import { assertAccepted, checkedSetting } from './checked-settings.ts';
import { settingsFor } from './settings.ts';
import type { KeyStep, LoginStep, SourceStep, SsoStep, WebIdentityStep } from './steps.ts';

type SourceOf<Kind extends Source['kind']> = Extract<Source, { kind: Kind }>;

/** The first step of a plan. Throws CliError `config` for settings that cannot be used, and as chooseDuration. */
export function sourceStep(
  source: Source,
  facts: ChainFacts,
): { readonly step: SourceStep; readonly notes: readonly string[] } {
  if (source.kind === 'web-identity') return webIdentityStep(source, facts);
  return {
    step: plainStep(source, facts),
    notes: source.kind === 'vault' ? unusedProcessNotes(source, facts) : [],
  };
}

function unusedProcessNotes({ profile }: SourceOf<'vault'>, { context }: ChainFacts): readonly string[] {
  const command = profile.get('credential_process');
  if (command === undefined) return [];
  return context.profileOfCommand(command) === profile.name
    ? [`SDKs get these credentials too: credential_process of profile ${profile.name} is ccvault`]
    : [`profile ${profile.name} has a credential_process too; its stored key is used instead`];
}

function plainStep(source: Exclude<Source, SourceOf<'web-identity'>>, facts: ChainFacts): SourceStep {
  const profile = source.profile?.name;
  const { env } = facts.context;
  switch (source.kind) {
    case 'vault':
      return storedKeyStep(source);
    case 'static':
      return staticKeyStep(source, facts);
    case 'environment': {
      const cacheKey = keyOf('environment', env['AWS_ACCESS_KEY_ID'] ?? '');
      return { kind: 'environment', profile, reason: 'the keys of the environment', cacheKey };
    }
    case 'container': {
      const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: uri } = env;
      const cacheKey = keyOf('container', path || uri || '');
      return { kind: 'container', profile, reason: "the container's credentials", cacheKey };
    }
    case 'instance':
      return {
        kind: 'instance',
        profile,
        endpoint: source.profile?.get('ec2_metadata_service_endpoint'),
        endpointMode: source.profile?.get('ec2_metadata_service_endpoint_mode'),
        reason: "the instance's role",
        cacheKey: keyOf('instance'),
      };
    case 'process': {
      const { command } = source;
      const reason = `credential_process of profile ${profile}`;
      return {
        kind: 'process',
        command,
        profile: source.profile.name,
        reason,
        cacheKey: keyOf('process', command),
      };
    }
    case 'sso':
      return ssoStep(source, facts);
    case 'login':
      return loginStep(source, facts);
  }
}

function storedKeyStep({ key, profile }: SourceOf<'vault'>): KeyStep {
  return {
    kind: 'key',
    place: 'vault',
    accessKeyId: key.accessKeyId,
    temporary: false,
    profile: profile.name,
    reason: `the key stored for profile ${profile.name}`,
    cacheKey: rootOfKey(key),
  };
}

function staticKeyStep({ profile, place }: SourceOf<'static'>, { context, longLived }: ChainFacts): KeyStep {
  const { credentialsPath, configPath } = context.config;
  const accessKeyId = profile.get('aws_access_key_id') ?? '';
  const what = longLived ? 'a key' : 'temporary keys';
  return {
    kind: 'key',
    place,
    accessKeyId,
    temporary: !longLived,
    profile: profile.name,
    reason: `${what} in plain text in ${place === 'credentials' ? credentialsPath : configPath}`,
    cacheKey: keyOf('static', accessKeyId),
  };
}

function ssoStep(source: SourceOf<'sso'>, facts: ChainFacts): SsoStep {
  const { sso, profile } = source;
  const settings = settingsOf('sso', sso.region, source, facts);
  const where = `IAM Identity Center${sso.session === undefined ? '' : ` (sso-session ${sso.session})`}`;
  return {
    kind: 'sso',
    sso,
    settings,
    oidcSettings: settingsOf('sso-oidc', sso.region, source, facts),
    profile: profile.name,
    reason: `role ${sso.roleName} of account ${sso.accountId} in ${where}`,
    // Two sessions with one start URL may be two users'.
    cacheKey: keyOf(
      'sso',
      sso.startUrl,
      sso.region,
      sso.session ?? '',
      sso.accountId,
      sso.roleName,
      settings.endpoint ?? '',
    ),
  };
}

function loginStep(source: SourceOf<'login'>, facts: ChainFacts): LoginStep {
  const { loginSession, profile } = source;
  return {
    kind: 'login',
    loginSession,
    // A sign-in is renewed in its own region, whatever the region of the command (aws/aws-cli#10613).
    settings: settingsOf('signin', profile.get('region') ?? facts.region, source, facts),
    profile: profile.name,
    reason: `the AWS CLI's sign-in as ${loginSession}`,
    cacheKey: keyOf('login', loginSession),
  };
}

function webIdentityStep(
  { identity, profile }: SourceOf<'web-identity'>,
  { chain, context, narrowing: policy, options, settings }: ChainFacts,
): { readonly step: WebIdentityStep; readonly notes: readonly string[] } {
  const { roleArn, token } = identity;
  checkIdentity(identity, profile);
  const isLast = chain.roles.length === 0;
  const narrowing = isLast ? policy : undefined;
  const { seconds: durationSeconds, notes } = chooseDuration({
    of: `role ${roleArn}`,
    asked: isLast ? options.durationSeconds : undefined,
    configured: configuredSeconds(profile, 'duration_seconds'),
    fallback: ROLE_SECONDS,
    limits: ASSUME_ROLE_SECONDS,
    chained: false,
  });
  const sessionName =
    identity.sessionName ?? defaultRoleSessionName(context.userName, narrowing !== undefined);
  const place = 'file' in token ? token.file : token.process;
  const step: WebIdentityStep = {
    kind: 'web-identity',
    profile: profile?.name,
    roleArn,
    token,
    sessionName,
    narrowing,
    durationSeconds,
    settings,
    reason: `role ${roleArn} with the web identity token of ${place}`,
    cacheKey: keyOf(
      'web-identity',
      roleArn,
      place,
      sessionName,
      durationSeconds,
      settings.endpoint ?? '',
      ...keyParts(narrowing),
    ),
  };
  return { step, notes };
}

function settingsOf(
  service: ServiceName,
  region: string | undefined,
  { profile }: Source,
  { context }: ChainFacts,
): AwsSettings {
  return settingsFor(service, { region }, { config: context.config, env: context.env, view: profile });
}

function checkIdentity(
  { roleArn, sessionName }: SourceOf<'web-identity'>['identity'],
  profile: SourceOf<'web-identity'>['profile'],
): void {
  if (profile !== undefined) {
    checkedSetting(profile, 'role_arn');
    checkedSetting(profile, 'role_session_name');
    return;
  }
  assertAccepted('role_arn', roleArn, 'the variable AWS_ROLE_ARN');
  if (sessionName !== undefined) {
    assertAccepted('role_session_name', sessionName, 'the variable AWS_ROLE_SESSION_NAME');
  }
}
