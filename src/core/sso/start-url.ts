// The hosts of AWS's start URLs (AWS CLI, sso/resolve.py; the partitions' suffixes). Not all of them exist in DNS.
const AWS_HOSTS =
  /(?:^|\.)(?:app\.aws|awsapps\.(?:com|cn)|portal\.amazonaws\.(?:com|com\.cn|eu)|identitycenter(?:\.us-gov)?\.amazonaws\.(?:com|com\.cn|eu))$/;

const REGIONS = [
  /^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.app\.aws$/,
  /^[^.]+\.(?<region>[a-z0-9-]+)\.portal\.amazonaws\.(?:com|com\.cn|eu)$/,
];

/** True for a start URL on a host of AWS. Any other URL is a company's own, which redirects to one. */
export function isAwsStartUrl(text: string): boolean {
  return AWS_HOSTS.test(hostOf(text));
}

/** The region in a start URL; undefined for most, which name none. */
export function regionOfStartUrl(text: string): string | undefined {
  const host = hostOf(text);
  return REGIONS.map((pattern) => pattern.exec(host)?.groups?.['region']).find(
    (region) => region !== undefined,
  );
}

/** The start URL of AWS without query, fragment and trailing slashes; undefined for any other URL. */
export function awsStartUrlOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '')
    return undefined;
  if (!isAwsStartUrl(text)) return undefined;
  url.search = '';
  url.hash = '';
  return url.href.replace(/\/+$/, '');
}

function hostOf(text: string): string {
  return URL.parse(text)?.hostname.replace(/\.$/, '') ?? '';
}
