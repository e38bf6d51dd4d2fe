// Where AWS has start URLs (AWS CLI, sso/resolve.py; the partitions' own suffixes). Some of these names are in no DNS.
const AWS_HOSTS =
  /(?:^|\.)(?:app\.aws|awsapps\.(?:com|cn)|portal\.amazonaws\.(?:com|com\.cn|eu)|identitycenter(?:\.us-gov)?\.amazonaws\.(?:com|com\.cn|eu))$/;

const REGIONS = [
  /^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.app\.aws$/,
  /^[^.]+\.(?<region>[a-z0-9-]+)\.portal\.amazonaws\.(?:com|com\.cn|eu)$/,
];

/** Whether AWS itself gives out a start URL on this host; any other is a name of one's own that leads to one. */
export function isAwsStartUrl(text: string): boolean {
  return AWS_HOSTS.test(hostOf(text));
}

/** The region that a start URL names; undefined for one that names none, as most do. */
export function regionOfStartUrl(text: string): string | undefined {
  const host = hostOf(text);
  return REGIONS.map((pattern) => pattern.exec(host)?.groups?.['region']).find(
    (region) => region !== undefined,
  );
}

/** Without what a browser is told beside the address; undefined for what is no https URL of AWS. */
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
