import type { AwsConfig } from '../config/aws-config.ts';
import { endpointFor } from '../aws/endpoints.ts';
import type { ServiceName } from '../aws/endpoints.ts';
import { CliError, isCliError } from '../errors.ts';
import { assertAccepted, assertUnquoted, placeOf } from './checked-settings.ts';
import type { AwsSettings } from '../ports/aws.ts';
import type { Environment } from '../ports/environment.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { defaultRegionOf, partitionOfRegion } from '../aws/regions.ts';
import type { PartitionName } from '../aws/regions.ts';

/**
 * The region: from the flag, the environment or the profile, in that order. Inside an `exec`, the region that it set
 * (CCVAULT_REGION) comes after the profile's, so that a nested `exec` of another profile gets that profile's region.
 */
export function chooseRegion(
  flag: string | undefined,
  env: Environment,
  view: ProfileView | undefined,
): string | undefined {
  return regionChoice(flag, env, view)?.region;
}

interface RegionChoice {
  readonly region: string;
  /** The setting it comes from, for messages. */
  readonly place: string;
}

function regionChoice(
  flag: string | undefined,
  env: Environment,
  view: ProfileView | undefined,
): RegionChoice | undefined {
  if (flag !== undefined) return { region: flag, place: '--region' };
  const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((name) => env[name]);
  const fromEnv =
    variable === undefined ? undefined : { region: env[variable] ?? '', place: `the variable ${variable}` };
  const region = view?.get('region');
  const configured =
    view === undefined || region === undefined ? undefined : { region, place: placeOf(view, 'region') };
  const inherited = fromEnv !== undefined && fromEnv.region === env['CCVAULT_REGION'];
  return inherited ? (configured ?? fromEnv) : (fromEnv ?? configured);
}

/**
 * Throws CliError `config`, or `usage` for the flag, if the chosen region does not have the form of one: AWS would
 * report a wrong signature, or no host would exist. With a custom endpoint any region is accepted.
 */
export function assertRegion(
  flag: string | undefined,
  env: Environment,
  view: ProfileView | undefined,
  { endpoint }: Pick<AwsSettings, 'endpoint'>,
): void {
  const choice = regionChoice(flag, env, view);
  if (choice === undefined || endpoint !== undefined) return;
  try {
    assertAccepted('region', choice.region, choice.place);
  } catch (error) {
    if (flag === undefined || !isCliError(error)) throw error;
    throw new CliError('usage', error.message, { hints: error.hints });
  }
}

/** The sources of settings. `view` is undefined for ambient credentials without a profile. */
export interface SettingsContext {
  readonly config: AwsConfig;
  readonly env: Environment;
  readonly view: ProfileView | undefined;
}

/** Where a service is called. */
export interface ServicePlace {
  readonly region: string | undefined;
  /** The partition of the chain's ARNs, if they name one. */
  readonly partition?: PartitionName | undefined;
}

/**
 * How a service is reached for a profile. Calls go to `region`, or to the default region of `partition` if there is no
 * region or it is in another partition, where the chain's ARNs do not exist. Throws CliError `config` for a services
 * section that does not exist, and as endpointFor.
 */
export function settingsFor(
  service: ServiceName,
  { region, partition }: ServicePlace,
  { config, env, view }: SettingsContext,
): AwsSettings {
  const fits = region !== undefined && (partition === undefined || partitionOfRegion(region) === partition);
  const endpoint = endpointFor(
    service,
    env,
    (key) => view?.get(key),
    servicesSection(service, view, config),
    view === undefined ? undefined : `profile ${view.name}`,
  );
  const caBundle = env['AWS_CA_BUNDLE'] || view?.get('ca_bundle') || undefined;
  return {
    region: fits ? region : defaultRegionOf(partition ?? 'aws'),
    ...(endpoint === undefined ? {} : { endpoint }),
    fips: flagOf('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint', env, view),
    dualstack: flagOf('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint', env, view),
    ...(caBundle === undefined ? {} : { caBundle }),
    stsRegionalEndpoints: regionalEndpoints(env, view),
    ...(view === undefined ? {} : { profile: view.name }),
  };
}

function servicesSection(
  service: ServiceName,
  view: ProfileView | undefined,
  config: AwsConfig,
): ReadonlyMap<string, string> | undefined {
  const name = view?.get('services');
  if (view === undefined || name === undefined) return undefined;
  const section = config.section('services', name);
  if (section === undefined) {
    assertUnquoted(name, placeOf(view, 'services'));
    throw new CliError('config', `profile ${view.name}: there is no [services ${name}]`, {
      hints: [`add [services ${name}] to ${config.configPath} or remove services from the profile`],
    });
  }
  return section.nested(service.replace('-', '_'));
}

function flagOf(variable: string, key: string, env: Environment, view: ProfileView | undefined): boolean {
  const text = env[variable] || view?.get(key) || 'false';
  return text.toLowerCase() === 'true';
}

function regionalEndpoints(env: Environment, view: ProfileView | undefined): 'regional' | 'legacy' {
  const text = env['AWS_STS_REGIONAL_ENDPOINTS'] || view?.get('sts_regional_endpoints') || 'regional';
  return text.toLowerCase() === 'legacy' ? 'legacy' : 'regional';
}
