import { CliError } from '../core/errors.ts';
import { partitionOfRegion, PARTITIONS } from '../core/aws/regions.ts';
import { foldCase, hostOfRegion, isRepositoryName, regionOfHost } from './hosts.ts';

/** The parts of a `codecommit://` URL; what it omits comes from the profile or the environment. */
export interface CodecommitUrl {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly repository: string;
}

/** The parts of an `https://` URL of a CodeCommit repository. */
export interface HttpsUrl {
  readonly host: string;
  readonly region: string;
  readonly repository: string;
}

// Wider than today's regions: git-remote-codecommit's rule of two letters rejects the European Sovereign Cloud.
export const REGION = /^[a-z]{2,}(?:-[a-z0-9]+)+-\d+$/;

const HTTPS_URL =
  /^https:\/\/(?:(?<user>[^/?#]*)@)?(?<host>[^/?#@]+)\/v1\/repos\/(?<repository>[^/?#]+)\/?$/i;

/**
 * Reads `codecommit://[PROFILE@]REPOSITORY` and `codecommit::REGION://[PROFILE@]REPOSITORY`, the latter also without
 * `codecommit::`, as git passes it to the remote helper. A profile ends at the last `@`, so that its name may contain
 * one. Undefined for anything else, including what git-remote-codecommit silently accepts: an empty repository name, a
 * port, a path, a query, a region or a host in the wrong place.
 */
export function readCodecommitUrl(url: string): CodecommitUrl | undefined {
  const [scheme, rest] = splitOnce(url.replace(/^codecommit::/, ''), '://');
  const region = foldCase(scheme);
  const plain = region === 'codecommit' && !url.startsWith('codecommit::');
  if (rest === undefined || (!plain && !REGION.test(region))) return undefined;
  const at = rest.lastIndexOf('@');
  const profile = at === -1 ? undefined : rest.slice(0, at);
  const repository = rest.slice(at + 1);
  if (profile === '' || profile?.includes('://') === true) return undefined;
  if (!isRepositoryName(repository) || regionOfHost(repository) !== undefined) return undefined;
  return { profile, region: plain ? undefined : region, repository };
}

/**
 * Reads the https URL of a repository; undefined for any other URL. Throws CliError `usage` for one with a user name.
 */
export function parseHttpsUrl(url: string): HttpsUrl | undefined {
  const groups = HTTPS_URL.exec(url)?.groups;
  const host = groups?.['host'];
  const repository = groups?.['repository'] ?? '';
  const region = host === undefined ? undefined : regionOfHost(host);
  if (host === undefined || region === undefined || !isRepositoryName(repository)) return undefined;
  const plainHost = host.replace(/:443$/, '');
  if (groups?.['user'] !== undefined) {
    // Git sends the user name of a URL with an empty password before it asks a helper, and CodeCommit responds with
    // 403.
    throw new CliError('usage', 'a user in the URL keeps git from asking for credentials', {
      hints: [`name the profile with --profile and write https://${plainHost}/v1/repos/${repository}`],
    });
  }
  return { host: plainHost, region, repository };
}

/** The `codecommit://` URL of these parts; with a region in the form `codecommit::REGION://`. */
export function formatCodecommitUrl({ profile, region, repository }: CodecommitUrl): string {
  const scheme = region === undefined ? 'codecommit' : `codecommit::${region}`;
  return `${scheme}://${profile === undefined ? '' : `${profile}@`}${repository}`;
}

/**
 * The https URL of a repository. Throws CliError `config` for a region in a partition whose CodeCommit host names are
 * not known.
 */
export function httpsUrl(region: string, repository: string, options: { readonly fips: boolean }): HttpsUrl {
  const suffix = PARTITIONS[partitionOfRegion(region)].dnsSuffix;
  if (!REGION.test(region) || !suffix.startsWith('amazonaws.com')) {
    throw new CliError(
      'config',
      `the following AWS Region is not available for use with AWS CodeCommit: ${region}`,
      {
        hints: [
          'use the https:// URL of the repository, with credential-helper --allow-host HOST --region REGION',
        ],
      },
    );
  }
  return { host: hostOfRegion(region, options), region, repository };
}

/** The https URL of a repository, without a user name. */
export function formatHttpsUrl({ host, repository }: Pick<HttpsUrl, 'host' | 'repository'>): string {
  return `https://${host}/v1/repos/${repository}`;
}

function splitOnce(text: string, separator: string): readonly [head: string, tail: string | undefined] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + separator.length)];
}
