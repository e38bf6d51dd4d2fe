import { defaultRoleSessionName } from '../aws/arn.ts';
import type { AwsConfig } from '../config/aws-config.ts';
import { keyOf } from './cache-key.ts';
import { ambientChain, chainOf } from './chain.ts';
import type { Chain, Source, StoredKeys } from './chain.ts';
import { ASSUME_ROLE_SECONDS, CHAINED_ROLE_MAX_SECONDS, SESSION_TOKEN_SECONDS } from '../aws/durations.ts';
import { chooseDuration, configuredSeconds } from './durations.ts';
import { assertRoleArn, ROLE_SECONDS, sourceStep } from './source-step.ts';
import type { SourceFacts } from './source-step.ts';
import { chooseRegion, settingsFor } from './settings.ts';
import type { Plan, SourceStep, Step } from './steps.ts';
import type { AwsSettings } from '../ports/aws.ts';
import type { Environment } from '../ports/system.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { partitionOfArn } from '../aws/regions.ts';
import { assertNoCircle } from './credential-process-cycles.ts';
import type { ProcessSource } from './credential-process-cycles.ts';
import type { PartitionName } from '../aws/regions.ts';
import { sessionTagsOf, transitiveTagKeysOf } from './session-tags.ts';

const SESSION_WITH_MFA_SECONDS = 43_200;
const SESSION_WITHOUT_MFA_SECONDS = 3600;

export interface PlanOptions {
  /** `-d` in seconds: shapes the last step only. */
  readonly durationSeconds?: number;
  readonly region?: string;
  /** `-n`: no GetSessionToken. */
  readonly noSession?: boolean;
}

export interface PlanContext {
  readonly config: AwsConfig;
  readonly env: Environment;
  readonly storedKeys: StoredKeys;
  /** The user's login name, for the default role session name. */
  readonly userName: string;
  /** The profile that a `credential_process` asks ccvault for, where its command is ccvault. */
  readonly profileOfCommand: (command: string) => string | undefined;
}

/**
 * What has to be done to get a profile's credentials, from configuration alone: nothing is opened, asked or
 * called. Throws CliError `config` for what is wrong in the files and `usage` for a `-d` out of range.
 */
export function planFor(profile: string, context: PlanContext, options: PlanOptions = {}): Plan {
  return planChain(profile, chainOf(profile, context.config, context.storedKeys), context, options);
}

/** The plan for credentials of the environment, a web identity, a container or the instance, with no profile. */
export function ambientPlan(context: PlanContext, options: PlanOptions = {}): Plan | undefined {
  const chain = ambientChain(context.env);
  return chain === undefined ? undefined : planChain(undefined, chain, context, options);
}

function planChain(
  profile: string | undefined,
  chain: Chain,
  context: PlanContext,
  options: PlanOptions,
): Plan {
  const plan = new Planner(profile, chain, context, options, false).plan();
  if (chain.source.kind !== 'process') return plan;
  assertNoCircle(processOf(chain.source), context.profileOfCommand, (name) => processBehind(name, context));
  return { ...plan, ifLongLived: new Planner(profile, chain, context, options, true).plan() };
}

function processOf(source: Extract<Source, { kind: 'process' }>): ProcessSource {
  return { profile: source.profile.name, command: source.command };
}

/** The process that another profile's credentials begin with; what is wrong with that profile is its own affair. */
function processBehind(profile: string, context: PlanContext): ProcessSource | undefined {
  try {
    const { source } = chainOf(profile, context.config, context.storedKeys);
    return source.kind === 'process' ? processOf(source) : undefined;
  } catch {
    return undefined;
  }
}

class Planner {
  readonly #profile: string | undefined;
  readonly #chain: Chain;
  readonly #context: PlanContext;
  readonly #options: PlanOptions;
  /** The chain begins with a key that does not end, so GetSessionToken and MFA are possible. */
  readonly #longLived: boolean;
  readonly #requested: ProfileView | undefined;
  readonly #region: string | undefined;
  readonly #settings: AwsSettings;
  readonly #notes: string[];

  constructor(
    profile: string | undefined,
    chain: Chain,
    context: PlanContext,
    options: PlanOptions,
    processAnswersLongLived: boolean,
  ) {
    this.#profile = profile;
    this.#chain = chain;
    this.#context = context;
    this.#options = options;
    this.#notes = [...chain.notes];
    const { source } = chain;
    this.#requested = chain.roles.at(-1) ?? source.profile;
    this.#longLived =
      source.kind === 'vault' ||
      (source.kind === 'static' && source.profile.sessionToken() === undefined) ||
      (source.kind === 'process' && processAnswersLongLived);
    this.#region = chooseRegion(options.region, context.env, this.#requested);
    this.#settings = this.#stsSettings();
  }

  plan(): Plan {
    const { roles } = this.#chain;
    const source = sourceStep(this.#chain.source, this.#sourceFacts());
    const steps: [SourceStep, ...Step[]] = [source];
    const mfaSerial = this.#mfaSerial();
    const roleSeconds = roles.map((role, index) => this.#roleDuration(role, index));
    const straight =
      this.#longLived && roles.length === 1 && (roleSeconds[0] ?? 0) > CHAINED_ROLE_MAX_SECONDS;
    const session =
      this.#longLived &&
      !this.#options.noSession &&
      (roles.length === 0 || (mfaSerial !== undefined && !straight));
    if (session) steps.push(this.#sessionTokenStep(source, mfaSerial));
    for (const [index, role] of roles.entries()) {
      const codeHere = index === 0 && !session && this.#longLived ? mfaSerial : undefined;
      const upstream = steps.at(-1) ?? source;
      steps.push(this.#roleStep(role, upstream, roleSeconds[index] ?? ROLE_SECONDS, codeHere, straight));
    }
    this.#noteIdleOptions(source);
    return {
      profile: this.#profile,
      region: this.#region,
      steps,
      notes: this.#notes,
      mfaProcess: this.#requested?.get('mfa_process') ?? this.#firstOfAll('mfa_process'),
    };
  }

  #sourceFacts(): SourceFacts {
    const { config, env, userName } = this.#context;
    return {
      config,
      env,
      userName,
      longLived: this.#longLived,
      region: this.#region,
      stsSettings: this.#settings,
      askedSeconds: this.#chain.roles.length === 0 ? this.#options.durationSeconds : undefined,
      notes: this.#notes,
      settingsOf: (service, region) =>
        settingsFor(service, region, undefined, this.#chain.source.profile, config, env),
    };
  }

  #sessionTokenStep(source: SourceStep, mfaSerial: string | undefined): Step {
    const last = this.#chain.roles.length === 0;
    const views = [this.#chain.source.profile, ...this.#chain.roles];
    const configured = views
      .map((view) => configuredSeconds(view, 'get_session_token_duration_seconds'))
      .find((seconds) => seconds !== undefined);
    const durationSeconds = chooseDuration(
      {
        of: `the session of profile ${source.profile}`,
        asked: last ? this.#options.durationSeconds : undefined,
        configured,
        fallback: mfaSerial === undefined ? SESSION_WITHOUT_MFA_SECONDS : SESSION_WITH_MFA_SECONDS,
        limits: SESSION_TOKEN_SECONDS,
        chained: false,
      },
      this.#notes,
    );
    const partition = this.#partition() ?? 'aws';
    return {
      kind: 'session-token',
      profile: source.profile,
      mfaSerial,
      durationSeconds,
      settings: this.#settings,
      reason:
        mfaSerial === undefined
          ? 'a session, so that the key itself is not handed out'
          : `a session with MFA${last ? '' : ', for every role of this key'}`,
      cacheKey: keyOf(
        'session-token',
        source.cacheKey,
        mfaSerial ?? '',
        partition,
        this.#settings.endpoint ?? '',
        durationSeconds,
      ),
    };
  }

  #roleStep(
    role: ProfileView,
    upstream: Step,
    durationSeconds: number,
    mfaSerial: string | undefined,
    straight: boolean,
  ): Step {
    const roleArn = role.get('role_arn') ?? '';
    assertRoleArn(roleArn, role.name);
    const sessionName = role.get('role_session_name') ?? defaultRoleSessionName(this.#context.userName);
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
      settings: this.#settings,
      reason:
        `role_arn of profile ${role.name}` +
        (straight ? ', straight from the key because it is to last longer than 1 h' : '') +
        (mfaSerial === undefined ? '' : ', with the MFA code on the call'),
      cacheKey: keyOf(
        'assume-role',
        upstream.cacheKey,
        roleArn,
        externalId ?? '',
        sessionName,
        tags.map((tag) => [tag.key, tag.value]),
        transitiveTagKeys,
        sourceIdentity ?? '',
        mfaSerial ?? '',
        durationSeconds,
        this.#settings.endpoint ?? '',
      ),
    };
  }

  #roleDuration(role: ProfileView, index: number): number {
    const last = index === this.#chain.roles.length - 1;
    return chooseDuration(
      {
        of: `role ${role.get('role_arn')}`,
        asked: last ? this.#options.durationSeconds : undefined,
        configured: configuredSeconds(role, 'duration_seconds'),
        fallback: ROLE_SECONDS,
        limits: ASSUME_ROLE_SECONDS,
        chained: this.#chain.roles.length > 1 || !this.#longLived,
      },
      this.#notes,
    );
  }

  /**
   * The device whose code opens the chain. One role is governed by its own `mfa_serial`, as in the SDKs; in a chain
   * of roles the serial may stand on any of its profiles.
   */
  #mfaSerial(): string | undefined {
    const { roles, source } = this.#chain;
    const serial = roles.length === 1 ? roles[0]?.get('mfa_serial') : this.#firstOfAll('mfa_serial');
    if (serial === undefined || serial === '') return undefined;
    if (this.#longLived) return serial;
    if (source.kind !== 'process') {
      this.#notes.push(
        `mfa_serial ${serial} is not used: only a long-lived key can be used with an MFA code`,
      );
    }
    return undefined;
  }

  // From the key outwards: what the key's own profile says comes first.
  #firstOfAll(key: string): string | undefined {
    for (const view of [this.#chain.source.profile, ...this.#chain.roles]) {
      const value = view?.get(key);
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  }

  #stsSettings(): AwsSettings {
    const { config, env } = this.#context;
    const partition = this.#partition();
    const settings = settingsFor('sts', this.#region, partition, this.#requested, config, env);
    if (this.#region !== undefined && settings.region !== this.#region) {
      this.#notes.push(
        `region ${this.#region} is not in partition ${partition}: AWS STS is called in ${settings.region}`,
      );
    }
    return settings;
  }

  /** The partition that the ARNs of the chain name, if any. */
  #partition(): PartitionName | undefined {
    const { source, roles } = this.#chain;
    const arns = [
      ...roles.map((role) => role.get('role_arn')),
      source.kind === 'web-identity' ? source.identity.roleArn : undefined,
      source.profile?.get('mfa_serial'),
    ];
    for (const arn of arns) {
      const partition = arn === undefined ? undefined : partitionOfArn(arn);
      if (partition !== undefined) return partition;
    }
    return undefined;
  }

  #noteIdleOptions(source: SourceStep): void {
    if (this.#chain.roles.length > 0 || this.#longLived || source.kind === 'web-identity') return;
    if (this.#options.durationSeconds !== undefined) {
      this.#notes.push(`-d has no effect: ${source.reason} decides how long its credentials last`);
    }
  }
}
