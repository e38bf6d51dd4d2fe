import { parseArn } from './arn.ts';

const PARTITION_NAMES = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
] as const;

export type PartitionName = (typeof PARTITION_NAMES)[number];

/** What differs from one partition to another. */
export interface Partition {
  /** Matches the regions of this partition, future ones included. */
  readonly regions: RegExp;
  /** The DNS suffix of its service endpoints. */
  readonly dnsSuffix: string;
  /** The region in which STS and IAM are called when none is set. */
  readonly defaultRegion: string;
  readonly consoleHost: string;
  readonly signInHost: string;
}

/**
 * Every partition, with the patterns, suffixes and default regions (implicitGlobalRegion) of the SDKs' partitions.json.
 * The European Sovereign Cloud has no sign-in host without a region in its name.
 */
export const PARTITIONS: Readonly<Record<PartitionName, Partition>> = {
  aws: {
    regions: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    defaultRegion: 'us-east-1',
    consoleHost: 'console.aws.amazon.com',
    signInHost: 'signin.aws.amazon.com',
  },
  'aws-cn': {
    regions: /^cn-\w+-\d+$/,
    dnsSuffix: 'amazonaws.com.cn',
    defaultRegion: 'cn-northwest-1',
    consoleHost: 'console.amazonaws.cn',
    signInHost: 'signin.amazonaws.cn',
  },
  'aws-us-gov': {
    regions: /^us-gov-\w+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    defaultRegion: 'us-gov-west-1',
    consoleHost: 'console.amazonaws-us-gov.com',
    signInHost: 'signin.amazonaws-us-gov.com',
  },
  'aws-eusc': {
    regions: /^eusc-de-\w+-\d+$/,
    dnsSuffix: 'amazonaws.eu',
    defaultRegion: 'eusc-de-east-1',
    consoleHost: 'console.amazonaws-eusc.eu',
    signInHost: 'eusc-de-east-1.signin.amazonaws-eusc.eu',
  },
  'aws-iso': {
    regions: /^us-iso-\w+-\d+$/,
    dnsSuffix: 'c2s.ic.gov',
    defaultRegion: 'us-iso-east-1',
    consoleHost: 'console.c2shome.ic.gov',
    signInHost: 'signin.c2shome.ic.gov',
  },
  'aws-iso-b': {
    regions: /^us-isob-\w+-\d+$/,
    dnsSuffix: 'sc2s.sgov.gov',
    defaultRegion: 'us-isob-east-1',
    consoleHost: 'console.sc2shome.sgov.gov',
    signInHost: 'signin.sc2shome.sgov.gov',
  },
  'aws-iso-e': {
    regions: /^eu-isoe-\w+-\d+$/,
    dnsSuffix: 'cloud.adc-e.uk',
    defaultRegion: 'eu-isoe-west-1',
    consoleHost: 'console.csphome.adc-e.uk',
    signInHost: 'signin.csphome.adc-e.uk',
  },
  'aws-iso-f': {
    regions: /^us-isof-\w+-\d+$/,
    dnsSuffix: 'csp.hci.ic.gov',
    defaultRegion: 'us-isof-south-1',
    consoleHost: 'console.csphome.hci.ic.gov',
    signInHost: 'signin.csphome.hci.ic.gov',
  },
};

/** The partition a region belongs to; `aws` for a region that no pattern matches, as in the SDKs' endpoint rules. */
export function partitionOfRegion(region: string): PartitionName {
  return PARTITION_NAMES.find((name) => PARTITIONS[name].regions.test(region)) ?? 'aws';
}

/** The partition an ARN names; undefined for no ARN, and for a partition that is not in `PARTITIONS`. */
export function partitionOfArn(arn: string): PartitionName | undefined {
  const partition = parseArn(arn)?.partition;
  return PARTITION_NAMES.find((name) => name === partition);
}

/** The region in which STS is called when none is set, or one of another partition. */
export function defaultRegionOf(partition: PartitionName): string {
  return PARTITIONS[partition].defaultRegion;
}

const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;

/** True for a name in the form of a region, safe in a host name. A pattern, because a list would miss new regions. */
export function isRegionName(text: string): boolean {
  return REGION.test(text);
}

/** The regions of partition `aws` that are enabled by default in every account. */
const ENABLED_BY_DEFAULT: ReadonlySet<string> = new Set([
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
]);

/**
 * The region in a service's host name (`sts.af-south-1.amazonaws.com`) if it is an opt-in region, which an account
 * has to enable first (AWS Account Management, "Enable or disable AWS Regions"); undefined for any other host.
 */
export function optInRegionOfHost(host: string): string | undefined {
  const region = /^[a-z-]+\.([a-z0-9-]+)\./.exec(host)?.[1] ?? '';
  if (!PARTITIONS.aws.regions.test(region)) return undefined;
  return ENABLED_BY_DEFAULT.has(region) ? undefined : region;
}
