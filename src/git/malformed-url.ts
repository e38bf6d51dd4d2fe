import { ccvaultCommand, shellWord } from '../core/command-line.ts';
import { CliError } from '../core/errors.ts';
import { foldCase, regionOfHost } from './hosts.ts';
import { formatCodecommitUrl, formatHttpsUrl, parseHttpsUrl, readCodecommitUrl, REGION } from './url.ts';
import type { CodecommitUrl } from './url.ts';

const FORMS = 'write codecommit://PROFILE@REPOSITORY or codecommit::REGION://PROFILE@REPOSITORY';

/**
 * Reads a `codecommit://` URL as `readCodecommitUrl` does. Throws CliError `usage` for a malformed one, with the
 * beginning of git-remote-codecommit's message and the URL that was probably meant.
 */
export function parseCodecommitUrl(url: string): CodecommitUrl {
  const read = readCodecommitUrl(url);
  if (read !== undefined) return read;
  throw new CliError('usage', `the following URL is malformed: ${withoutPassword(url)}`, {
    hints: [hintFor(url)],
  });
}

/** A URL for a message, with what is between `:` and `@` masked: it may be a password. */
function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^/@:]*):[^@]*@/, '$1:****@');
}

// What users type in front: the scheme once or twice, with too few or too many colons and slashes; then the region.
const SCHEMES = /^(?:codecommit(?::+\/*|\/\/))+/i;
const REGION_FIRST = /^(?<region>[a-z0-9-]+)(?::+\/*|\/+)(?<rest>.+)$/i;

const WEB_URL =
  /^(?:https?:\/\/)?(?:(?<user>[^/?#]*)@)?(?<host>[^/?#@]+)\/v1\/repos\/(?<repository>[^/?#]+)\/*$/i;

// A path, a query or a port after the repository.
const EXTRA = /^(?:[/?#].*|:\d+\/*)?$/;
const ONLY_SLASHES = /^\/*$/;

/**
 * The URL that was probably meant, where there is only one and it reads back the same; otherwise the two valid forms.
 */
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

/** Whether it looks like a host, as `github.com/` or `git.example/team/tool`: repository names may have dots too. */
function isRatherHost(name: string, extra: string): boolean {
  return name.includes('.') && (!ONLY_SLASHES.test(extra) || /\.(?:com|org|net|io|cn)$/i.test(name));
}

/** The hint for the https URL of a repository with `codecommit` in front of it. */
function hintForWebUrl(
  region: string | undefined,
  { host = '', repository = '', user }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const hostRegion = regionOfHost(host);
  if (hostRegion === undefined || (region !== undefined && region !== hostRegion)) return undefined;
  // A codecommit:// URL names no endpoint but the standard one.
  if (/^git-codecommit\./i.test(host)) return suggest({ profile: user, region: hostRegion, repository });
  const url = formatHttpsUrl({ host, repository });
  if (parseHttpsUrl(url)?.repository !== repository) return undefined;
  const setup = ccvaultCommand('git setup', { options: [`--profile=${user ?? ''}`] });
  return `write ${shellWord(url)}${user === undefined ? '' : `, and in the clone run: ${setup}`}`;
}

function suggest(meant: CodecommitUrl): string | undefined {
  // `user:password` is not a profile, and must not be repeated.
  if (meant.profile?.includes(':') === true) return undefined;
  const url = formatCodecommitUrl(meant);
  const read = readCodecommitUrl(url);
  const same =
    read?.profile === meant.profile && read?.region === meant.region && read?.repository === meant.repository;
  return same ? `write ${shellWord(url)}` : undefined;
}
