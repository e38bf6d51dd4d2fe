// The host names AWS answers under, and what a signature for each must name.

type Partition = { readonly id: string; readonly regions: RegExp; readonly suffixes: readonly string[] };

/** DNS suffixes (plain, then dual-stack) as in botocore's partitions.json of 2026. */
const PARTITIONS: readonly Partition[] = [
  { id: 'aws-cn', regions: /^cn-/, suffixes: ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'] },
  { id: 'aws-us-gov', regions: /^us-gov-/, suffixes: ['amazonaws.com', 'api.aws'] },
  { id: 'aws-eusc', regions: /^eusc-/, suffixes: ['amazonaws.eu', 'api.amazonwebservices.eu'] },
  { id: 'aws-iso', regions: /^us-iso-/, suffixes: ['c2s.ic.gov', 'api.aws.ic.gov'] },
  { id: 'aws-iso-b', regions: /^us-isob-/, suffixes: ['sc2s.sgov.gov', 'api.aws.scloud'] },
  { id: 'aws-iso-e', regions: /^eu-isoe-/, suffixes: ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'] },
  { id: 'aws-iso-f', regions: /^us-isof-/, suffixes: ['csp.hci.ic.gov', 'api.aws.hci.ic.gov'] },
  {
    id: 'aws',
    regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/,
    suffixes: ['amazonaws.com', 'api.aws'],
  },
];

/** The IAM end points, one a partition and variant, and the region each is signed for. */
const IAM_HOSTS: ReadonlyMap<string, readonly [partition: string, region: string]> = new Map([
  ['iam.amazonaws.com', ['aws', 'us-east-1']],
  ['iam-fips.amazonaws.com', ['aws', 'us-east-1']],
  ['iam.global.api.aws', ['aws', 'us-east-1']],
  ['iam.cn-north-1.amazonaws.com.cn', ['aws-cn', 'cn-north-1']],
  ['iam.global.api.amazonwebservices.com.cn', ['aws-cn', 'cn-north-1']],
  ['iam.us-gov.amazonaws.com', ['aws-us-gov', 'us-gov-west-1']],
  ['iam.us-gov.api.aws', ['aws-us-gov', 'us-gov-west-1']],
  ['iam.eusc-de-east-1.amazonaws.eu', ['aws-eusc', 'eusc-de-east-1']],
  ['iam.us-iso-east-1.c2s.ic.gov', ['aws-iso', 'us-iso-east-1']],
  ['iam.us-isob-east-1.sc2s.sgov.gov', ['aws-iso-b', 'us-isob-east-1']],
  ['iam.eu-isoe-west-1.cloud.adc-e.uk', ['aws-iso-e', 'eu-isoe-west-1']],
  ['iam.us-isof-south-1.csp.hci.ic.gov', ['aws-iso-f', 'us-isof-south-1']],
]);

/** Partition `aws`: the regions that accounts have from the beginning (Account Management, "Enable or disable Regions"). */
const ENABLED = new Set(
  'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2 ap-northeast-3'.split(
    ' ',
  ),
);

/** True for a region whose services know no key of an account that has not enabled it. */
export function mustBeEnabled({ partition, region }: Endpoint): boolean {
  return partition === 'aws' && !ENABLED.has(region);
}

/** What a host stands for: signatures must name this service and region, keys must be of this partition. */
export type Endpoint = { readonly service: string; readonly region: string; readonly partition: string };

/** The partition a region belongs to, or undefined for a region AWS does not have. */
export function partitionOfRegion(region: string): string | undefined {
  return PARTITIONS.find((one) => one.regions.test(region))?.id;
}

/**
 * Reads `SERVICE(-fips).REGION.SUFFIX`, `sts.amazonaws.com` and the IAM hosts.
 * Undefined for a host AWS does not have, such as a Chinese region without `.cn`.
 */
export function endpointOf(host: string): Endpoint | undefined {
  const iam = IAM_HOSTS.get(host);
  if (iam !== undefined) return { service: 'iam', partition: iam[0], region: iam[1] };
  // The global end point lives in us-east-1 as far as signatures go.
  if (host === 'sts.amazonaws.com') return { service: 'sts', region: 'us-east-1', partition: 'aws' };
  const [, name = '', region = '', suffix = ''] =
    /^([a-z0-9-]+)\.([a-z]+-[a-z0-9-]+-\d+)\.(.+)$/.exec(host) ?? [];
  const partition = PARTITIONS.find((one) => one.regions.test(region));
  const service = name.replace(/-fips$/, '');
  if (partition === undefined || service === 'iam' || !partition.suffixes.includes(suffix)) return undefined;
  return { service, region, partition: partition.id };
}
