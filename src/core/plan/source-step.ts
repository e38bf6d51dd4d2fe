import { defaultRoleSessionName, isRoleArn } from '../aws/arn.ts';
import type { AwsConfig } from '../config/aws-config.ts';
import { keyOf, rootOfKey } from './cache-key.ts';
import type { Source } from './chain.ts';
import { ASSUME_ROLE_SECONDS } from '../aws/durations.ts';
import type { ServiceName } from '../aws/endpoints.ts';
import { CliError } from '../errors.ts';
import { chooseDuration, configuredSeconds } from './durations.ts';
import type { SourceStep } from './steps.ts';
import type { AwsSettings } from '../ports/aws.ts';
import type { Environment } from '../ports/system.ts';

/** How long a role lasts where nothing says otherwise: AWS's own default. */
export const ROLE_SECONDS = 3600;

/** What of a plan the step of its source depends on. */
export interface SourceFacts {
  readonly config: AwsConfig;
  readonly env: Environment;
  readonly userName: string;
  readonly longLived: boolean;
  readonly region: string | undefined;
  readonly stsSettings: AwsSettings;
  /** `-d`, where the source is the last step. */
  readonly askedSeconds: number | undefined;
  readonly notes: string[];
  settingsOf(service: ServiceName, region: string | undefined): AwsSettings;
}

/** A chain's beginning as a step. Notes of a duration that had to be brought to its edge go to `facts.notes`. */
export function sourceStep(source: Source, facts: SourceFacts): SourceStep {
  const profile = source.profile?.name;
  switch (source.kind) {
    case 'vault': {
      const { accessKeyId } = source.key;
      const cacheKey = rootOfKey(source.key);
      const reason = `the key stored for profile ${profile}`;
      return { kind: 'key', place: 'vault', accessKeyId, temporary: false, profile, reason, cacheKey };
    }
    case 'static': {
      const accessKeyId = source.profile.get('aws_access_key_id') ?? '';
      const temporary = !facts.longLived;
      const file = source.place === 'credentials' ? facts.config.credentialsPath : facts.config.configPath;
      const reason = `${temporary ? 'temporary keys' : 'a key'} in plain text in ${file}`;
      const cacheKey = keyOf('static', accessKeyId);
      return { kind: 'key', place: source.place, accessKeyId, temporary, profile, reason, cacheKey };
    }
    case 'environment': {
      const cacheKey = keyOf('environment', facts.env['AWS_ACCESS_KEY_ID'] ?? '');
      return { kind: 'environment', profile, reason: 'the keys of the environment', cacheKey };
    }
    case 'container': {
      const { env } = facts;
      const uri =
        env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] || env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || '';
      return {
        kind: 'container',
        profile,
        reason: "the container's credentials",
        cacheKey: keyOf('container', uri),
      };
    }
    case 'instance':
      return { kind: 'instance', profile, reason: "the instance's role", cacheKey: keyOf('instance') };
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
    case 'sso': {
      const { sso } = source;
      const settings = facts.settingsOf('sso', sso.region);
      const oidcSettings = facts.settingsOf('sso-oidc', sso.region);
      const reason = `role ${sso.roleName} of account ${sso.accountId} in IAM Identity Center${sso.session === undefined ? '' : ` (sso-session ${sso.session})`}`;
      // Two sessions of one start URL may be two people's.
      const cacheKey = keyOf(
        'sso',
        sso.startUrl,
        sso.region,
        sso.session ?? '',
        sso.accountId,
        sso.roleName,
        settings.endpoint ?? '',
      );
      return { kind: 'sso', sso, settings, oidcSettings, profile: source.profile.name, reason, cacheKey };
    }
    case 'login': {
      const { loginSession } = source;
      const reason = `the AWS CLI's sign-in as ${loginSession}`;
      const cacheKey = keyOf('login', loginSession);
      const settings = facts.settingsOf('signin', facts.region);
      return { kind: 'login', loginSession, settings, profile: source.profile.name, reason, cacheKey };
    }
    case 'web-identity':
      return webIdentityStep(source, facts);
  }
}

function webIdentityStep(source: Extract<Source, { kind: 'web-identity' }>, facts: SourceFacts): SourceStep {
  const { identity } = source;
  assertRoleArn(identity.roleArn, source.profile?.name);
  const durationSeconds = chooseDuration(
    {
      of: `role ${identity.roleArn}`,
      asked: facts.askedSeconds,
      configured: configuredSeconds(source.profile, 'duration_seconds'),
      fallback: ROLE_SECONDS,
      limits: ASSUME_ROLE_SECONDS,
      chained: false,
    },
    facts.notes,
  );
  const sessionName = identity.sessionName ?? defaultRoleSessionName(facts.userName);
  const token = 'file' in identity.token ? identity.token.file : identity.token.process;
  return {
    kind: 'web-identity',
    profile: source.profile?.name,
    roleArn: identity.roleArn,
    token: identity.token,
    sessionName,
    durationSeconds,
    settings: facts.stsSettings,
    reason: `role ${identity.roleArn} with the web identity token of ${token}`,
    cacheKey: keyOf(
      'web-identity',
      identity.roleArn,
      token,
      sessionName,
      durationSeconds,
      facts.stsSettings.endpoint ?? '',
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
