import { CliError } from '../core/errors.ts';
import { isRegionName, partitionOfRegion, PARTITIONS } from '../core/aws/regions.ts';
import type { PartitionName } from '../core/aws/regions.ts';
import { Secret } from '../core/secret.ts';

// Partitions with hosts for each region: `REGION.HOST` (AWS General Reference, "AWS Sign-In endpoints").
const WITH_REGION: ReadonlySet<PartitionName> = new Set(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc']);

export interface ConsoleLocation {
  readonly partition: PartitionName;
  /** A region of the partition; if undefined, the console opens in the region that was used last. */
  readonly region: string | undefined;
}

/** Where the console opens. An invalid region, and one of another partition, counts as none. */
export function consolePlace(partition: PartitionName, region: string | undefined): ConsoleLocation {
  const fits = region !== undefined && isRegionName(region) && partitionOfRegion(region) === partition;
  return { partition, region: fits ? region : undefined };
}

/** POST in partitions whose sign-in service is known to accept it, else GET. */
export function federationMethod({ partition }: ConsoleLocation): 'GET' | 'POST' {
  return partition === 'aws' || partition === 'aws-cn' ? 'POST' : 'GET';
}

/** `https://HOST/federation`, which issues sign-in tokens and accepts them. */
export function federationUrl({ partition, region }: ConsoleLocation): string {
  return `https://${regionalHost(PARTITIONS[partition].signInHost, partition, region)}/federation`;
}

/**
 * The console page to open after the sign-in. `path` may have a query and a fragment; the region is added to the query
 * unless it has one. Throws CliError `usage` for a path that leads to another host.
 */
export function consoleUrl({ partition, region }: ConsoleLocation, path = 'console/home'): string {
  const host = regionalHost(PARTITIONS[partition].consoleHost, partition, region);
  const url = /^[a-z][a-z0-9+.-]*:/i.test(path)
    ? null
    : URL.parse(`https://${host}/${path.replace(/^\/+/, '')}`);
  if (url === null || url.host !== host) {
    throw new CliError('usage', `not a path of the console: ${path}`, {
      hints: ['give the part after the host name, e.g. --path ec2/home#Instances:'],
    });
  }
  if (region !== undefined && !url.searchParams.has('region')) {
    // Appended as text, because URLSearchParams would rewrite the rest of the query.
    url.search = `${url.search === '' ? '?' : `${url.search}&`}region=${region}`;
  }
  return url.href;
}

/** The URL that signs a browser in (IAM User Guide, "custom identity broker"). It signs in anyone who has it. */
export function signInUrl(federation: string, signInToken: Secret, destination: string): Secret {
  const url = new URL(federation);
  url.search = new URLSearchParams({
    Action: 'login',
    Issuer: 'ccvault',
    Destination: destination,
    SigninToken: signInToken.reveal(),
  }).toString();
  return new Secret(url.href);
}

function regionalHost(host: string, partition: PartitionName, region: string | undefined): string {
  if (region === undefined || !WITH_REGION.has(partition)) return host;
  const { defaultRegion } = PARTITIONS[partition];
  const bare = host.startsWith(`${defaultRegion}.`) ? host.slice(defaultRegion.length + 1) : host;
  return `${region}.${bare}`;
}
