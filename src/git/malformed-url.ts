import { ccvaultCommand, shellWord } from '../core/command-line.ts';
import { CliError } from '../core/errors.ts';
import { foldCase, regionOfHost } from './hosts.ts';
import { formatCodecommitUrl, formatHttpsUrl, parseHttpsUrl, readCodecommitUrl, REGION } from './url.ts';
import type { CodecommitUrl } from './url.ts';

const FORMS = 'write codecommit://PROFILE@REPOSITORY or codecommit::REGION://PROFILE@REPOSITORY';

/**
 * Reads a `codecommit://` URL as `readCodecommitUrl` does. Throws CliError `usage` for a malformed one, with the head of
 * git-remote-codecommit's message and the URL that was meant.
 */
export function parseCodecommitUrl(url: string): CodecommitUrl {
  const read = readCodecommitUrl(url);
  if (read !== undefined) return read;
  throw new CliError('usage', `the following URL is malformed: ${withoutPassword(url)}`, {
    hints: [hintFor(url)],
  });
}

/** A URL for a message, without what is between `:` and `@`, which may be a password. */
function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^/@:]*):[^@]*@/, '$1:****@');
}

// What people put in front: the scheme once or twice, with too few or too many colons and slashes; then the region.
const SCHEMES = /^(?:codecommit(?::+\/*|\/\/))+/i;
const REGION_FIRST = /^(?<region>[a-z0-9-]+)(?::+\/*|\/+)(?<rest>.+)$/i;

const WEB_URL =
  /^(?:https?:\/\/)?(?:(?<user>[^/?#]*)@)?(?<host>[^/?#@]+)\/v1\/repos\/(?<repository>[^/?#]+)\/*$/i;

// A path, a query or a port behind the repository.
const EXTRA = /^(?:[/?#].*|:\d+\/*)?$/;
const ONLY_SLASHES = /^\/*$/;

/** The URL that was meant, where there is just one and reading it again says the same; else the two forms. */
function hintFor(url: string): string {
  const text = url.replace(SCHEMES, '');
  const groups = REGION_FIRST.exec(text)?.groups;
  const region = foldCase(groups?.['region'] ?? '');
  const [meantRegion, place] = REGION.test(region) ? [region, groups?.['rest'] ?? ''] : [undefined, text];
  const web = WEB_URL.exec(place)?.groups;
  return (web === undefined ? hintForPlace(meantRegion, place) : hintForWebUrl(meantRegion, web)) ?? FORMS;
}

function hintForPlace(region: string | undefined, place: string): string | undefined {
  const at = place.lastIndexOf('@');
  const profile = at === -1 ? undefined : place.slice(0, at);
  const after = place.slice(at + 1);
  const repository = /^[^/?#:]*/.exec(after)?.[0] ?? '';
  const extra = after.slice(repository.length);
  if (!EXTRA.test(extra) || isRatherHost(repository, extra)) return undefined;
  const hint = suggest({ profile, region, repository });
  return extra === '' || hint === undefined ? hint : `nothing may follow the repository: ${hint}`;
}

/** `github.com/`, `git.example/team/tool`: repositories have dots in their names too, but nothing behind them. */
function isRatherHost(name: string, extra: string): boolean {
  return name.includes('.') && (!ONLY_SLASHES.test(extra) || /\.(?:com|org|net|io|cn)$/i.test(name));
}

/** For the https URL of a repository, with `codecommit` in front of it. */
function hintForWebUrl(
  region: string | undefined,
  { host = '', repository = '', user }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const hostRegion = regionOfHost(host);
  if (hostRegion === undefined || (region !== undefined && region !== hostRegion)) return undefined;
  // A codecommit:// URL leads to the standard endpoint.
  if (/^git-codecommit\./i.test(host)) return suggest({ profile: user, region: hostRegion, repository });
  const url = formatHttpsUrl({ host, repository });
  if (parseHttpsUrl(url)?.repository !== repository) return undefined;
  const setup = ccvaultCommand('git setup', { options: [`--profile=${user ?? ''}`] });
  return `write ${shellWord(url)}${user === undefined ? '' : `, and in the clone run: ${setup}`}`;
}

function suggest(meant: CodecommitUrl): string | undefined {
  // `user:password` is no profile, and not to be repeated.
  if (meant.profile?.includes(':') === true) return undefined;
  const url = formatCodecommitUrl(meant);
  const read = readCodecommitUrl(url);
  const same =
    read?.profile === meant.profile && read?.region === meant.region && read?.repository === meant.repository;
  return same ? `write ${shellWord(url)}` : undefined;
}
