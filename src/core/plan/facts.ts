import type { AwsConfig } from '../config/aws-config.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { partitionOfArn, partitionOfRegion } from '../aws/regions.ts';
import type { PartitionName } from '../aws/regions.ts';
import type { AwsSettings } from '../ports/aws.ts';
import type { Environment } from '../ports/environment.ts';
import type { Chain, Source, StoredKeys } from './chain.ts';
import { AddedRole, addedRoleArn } from './added-role.ts';
import { narrowingOf } from './narrowing.ts';
import type { Narrowing, NarrowingOptions } from './narrowing.ts';
import { chooseRegion, settingsFor } from './settings.ts';

export interface PlanOptions {
  /** `-d`, in seconds: applies to the last step only. */
  readonly durationSeconds?: number;
  readonly region?: string;
  /** `-n`: no GetSessionToken. */
  readonly noSession?: boolean;
  /** `--role`, as given: the last role to assume. */
  readonly role?: string;
  readonly narrowing?: NarrowingOptions;
}

export interface PlanContext {
  readonly config: AwsConfig;
  readonly env: Environment;
  readonly storedKeys: StoredKeys;
  /** The user's login name, for the default role session name. */
  readonly userName: string;
  /** The profile for which a `credential_process` runs ccvault; undefined if its command is another program. */
  readonly profileOfCommand: (command: string) => string | undefined;
}

/** What the steps of a chain's plan have in common. */
export interface ChainFacts {
  readonly chain: Chain;
  readonly context: PlanContext;
  readonly options: PlanOptions;
  /** True if the chain begins with a long-lived key: only that can be used with GetSessionToken and MFA. */
  readonly longLived: boolean;
  /** True if it is unknown whether the process returns a long-lived key: settings for one are then not checked. */
  readonly unproven: boolean;
  /** The profile of the command, which decides region and settings; undefined for ambient credentials. */
  readonly requested: ProfileView | undefined;
  readonly region: string | undefined;
  /** The partition that the ARNs of the chain name, if any. */
  readonly partition: PartitionName | undefined;
  /** The session policy of the last step. */
  readonly narrowing: Narrowing | undefined;
  /** For STS. */
  readonly settings: AwsSettings;
}

/**
 * The facts of a chain. `processIsLongLived` assumes that its process returns a long-lived key. Throws CliError
 * `usage` for an invalid --role or --policy-arn, `config` for a services section or an endpoint that cannot be used.
 */
export function factsOf(
  own: Chain,
  context: PlanContext,
  options: PlanOptions,
  processIsLongLived: boolean,
): ChainFacts {
  const { config, env } = context;
  const requested = own.roles.at(-1) ?? own.source.profile;
  const region = chooseRegion(options.region, env, requested);
  const chain = withRole(own, options.role, region, requested);
  const partition = partitionOf(chain);
  const settings = settingsFor('sts', { region, partition }, { config, env, view: requested });
  return {
    chain,
    context,
    options,
    longLived: isLongLived(chain.source, processIsLongLived),
    unproven: chain.source.kind === 'process' && processIsLongLived,
    requested,
    region,
    partition,
    narrowing: narrowingOf(options.narrowing, partition ?? partitionOfRegion(settings.region)),
    settings,
  };
}

/** The chain with the role of `--role` as its last one. */
function withRole(
  chain: Chain,
  role: string | undefined,
  region: string | undefined,
  requested: ProfileView | undefined,
): Chain {
  if (role === undefined) return chain;
  const arn = addedRoleArn(role, partitionOf(chain) ?? partitionOfPlace(chain.source, region));
  return { ...chain, roles: [...chain.roles, new AddedRole(arn, requested)] };
}

/** The partition if neither a role nor an MFA device names one: that of the sign-in, else that of the region. */
function partitionOfPlace(source: Source, region: string | undefined): PartitionName {
  const session = source.kind === 'login' ? partitionOfArn(source.loginSession) : undefined;
  if (session !== undefined) return session;
  const place = source.kind === 'sso' ? source.sso.region : region;
  return place === undefined ? 'aws' : partitionOfRegion(place);
}

/** The first value of a setting in the chain, from the source's profile to the last role's. */
export function firstOfAll({ source, roles }: Chain, key: string): string | undefined {
  for (const view of [source.profile, ...roles]) {
    const value = view?.get(key);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

function isLongLived(source: Source, processIsLongLived: boolean): boolean {
  switch (source.kind) {
    case 'vault':
      return true;
    case 'static':
      return source.profile.sessionToken() === undefined;
    case 'process':
      return processIsLongLived;
    case 'environment':
    case 'container':
    case 'instance':
    case 'web-identity':
    case 'sso':
    case 'login':
      return false;
  }
}

function partitionOf({ source, roles }: Chain): PartitionName | undefined {
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
