import { commandLine } from '../core/command-line.ts';
import { CliError } from '../core/errors.ts';
import type { CredentialRequest } from './protocol.ts';

/**
 * A whole CodeCommit git host: standard, FIPS, China and VPC endpoints (CodeCommit user guide, "Regions and Git
 * connection endpoints"). A pattern instead of a list of regions, so that new regions work without a release.
 */
const CODECOMMIT_HOST =
  /^(?<vpce>vpce-[a-z0-9-]+\.)?git-codecommit(?<fips>-fips)?\.(?<region>[a-z]{2,}(?:-[a-z0-9]+)+-[0-9]+)\.(?<private>vpce\.)?amazonaws\.com(?<china>\.cn)?$/;

/** A host name is at most 253 characters (RFC 1035, section 2.3.4), and a port six more. */
const MAX_HOST_LENGTH = 259;

/** An additional host, from `--allow-host`: matched exactly but for case. */
export interface AllowedHost {
  /** `HOST` or `HOST:PORT`, as git writes it. */
  readonly host: string;
  readonly region: string;
}

/**
 * A name with its ASCII letters in lower case: host names are ASCII and compare without regard to case (RFC 1035,
 * section 2.3). Other letters stay as they are, because `toLowerCase` turns the Kelvin sign into a `k`.
 */
export function foldCase(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The region in the name of a CodeCommit host, which `:443` may follow; undefined for any other host. */
export function regionOfHost(host: string): string | undefined {
  if (host.length > MAX_HOST_LENGTH) return undefined;
  const groups = CODECOMMIT_HOST.exec(foldCase(host).replace(/:443$/, ''))?.groups;
  const region = groups?.['region'];
  if (groups === undefined || region === undefined) return undefined;
  if ((groups['vpce'] === undefined) !== (groups['private'] === undefined)) return undefined;
  return (groups['china'] !== undefined) === region.startsWith('cn-') ? region : undefined;
}

/** A CodeCommit host in the form for comparison: lower case, without port; undefined for any other host. */
export function exactHost(host: string): string | undefined {
  return regionOfHost(host) === undefined ? undefined : foldCase(host).replace(/:443$/, '');
}

/**
 * The region to sign for when git asks for this host, or undefined if the helper does not serve it. Only https:
 * the session token is part of the user name, so any host that gets the response can use it.
 */
export function regionToAnswer(
  request: Pick<CredentialRequest, 'protocol' | 'host'>,
  allowed?: AllowedHost,
): string | undefined {
  if (request.protocol !== 'https') return undefined;
  if (allowed !== undefined && request.host !== '' && foldCase(request.host) === foldCase(allowed.host)) {
    return allowed.region;
  }
  return regionOfHost(request.host);
}

/** The host of a region's repositories over https. */
export function hostOfRegion(region: string, options: { readonly fips?: boolean } = {}): string {
  const name = options.fips === true ? 'git-codecommit-fips' : 'git-codecommit';
  return `${name}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Repository names (CodeCommit API reference, CreateRepository): 1 to 100 letters, digits, `.`, `_` and `-`. */
const REPOSITORY_NAME = /^[\w.-]{1,100}$/;

// A part of the path after the name, as in `info/lfs`.
const PATH_PART = /^[\w.~@+-]+$/;

/** True for a name that CodeCommit allows, except `.` and `..`, which would change the path. */
export function isRepositoryName(name: string): boolean {
  return REPOSITORY_NAME.test(name) && !isDots(name);
}

/**
 * The path to sign: what git sent, without leading slashes; undefined for a request without a path. Throws CliError
 * `config` for a path that is not in a CodeCommit repository.
 */
export function pathToSign(path: string, host: string): string | undefined {
  const plain = path.replace(/^\/+/, '');
  if (plain === '') return undefined;
  const [version, kind, name = '', ...rest] = plain.split('/');
  const sound =
    version === 'v1' &&
    kind === 'repos' &&
    isRepositoryName(name) &&
    rest.every((part) => PATH_PART.test(part) && !isDots(part));
  if (sound) return plain;
  throw new CliError('config', `${plain} is not the path of a CodeCommit repository`, {
    hints: [
      `correct the remote URL: ${commandLine('git', 'remote', 'set-url', 'origin', `https://${host}/v1/repos/NAME`)}`,
    ],
  });
}

function isDots(part: string): boolean {
  return part === '.' || part === '..';
}

/**
 * The error for a request without a repository. Git omits it unless `useHttpPath` is set; where that is set
 * (`isSetUp`), the request comes from another program, and setting git up again would not help.
 */
export function missingPath(host: string, options: { readonly isSetUp: boolean }): CliError {
  return options.isSetUp
    ? new CliError(
        'config',
        `the calling program left out the repository, although credential.useHttpPath is on for ${host}`,
        { hints: ['use git itself, or let the program run git: see docs/git.md, "Programs beside git"'] },
      )
    : new CliError('config', `git did not say which repository of ${host} it wants`, {
        hints: [`make git send it, for CodeCommit only: ccvault git setup`],
      });
}
