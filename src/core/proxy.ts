import { BlockList, isIP } from 'node:net';
import { CliError } from './errors.ts';
import { bareHost, isLoopback } from './loopback.ts';
import type { Environment } from './ports/environment.ts';
import { Secret } from './secret.ts';

/** The proxy for a URL. */
export interface Proxy {
  /** Scheme, host and port, with the user name and password if there are any. */
  readonly url: Secret;
  /** The same without user name and password, for messages. */
  readonly display: string;
  readonly hostname: string;
  /** The environment variable that names it, for messages. */
  readonly variable: string;
}

// curl's defaults, because curl and git read the same variables (curl(1), `--proxy`).
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '1080', 'https:': '443' };

/**
 * The proxy for a URL by curl's rules (curl(1), "PROXY ENVIRONMENT VARIABLES"); undefined for a direct connection.
 * Lower-case variables come first, and an empty variable counts as unset. Unlike in curl, `HTTP_PROXY` in capitals
 * counts too, as in the AWS CLI, but not in a CGI program, where a request header can set it; a `NO_PROXY` entry may
 * have a port; and loopback and link-local addresses are never proxied. `ALL_PROXY` is not read, as in the AWS CLI. Throws CliError `config` naming the
 * variable if its value is not an http or https proxy.
 */
export function proxyFor(url: string, env: Environment): Proxy | undefined {
  const target = new URL(url);
  const variable = variablesFor(target.protocol, env).find((name) => isSet(env[name]));
  if (variable === undefined) return undefined;
  const host = bareHost(target.hostname);
  if (isLocal(host)) return undefined;
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  const exceptions = [env['no_proxy'], env['NO_PROXY']].find(isSet) ?? '';
  if (isExcepted(host, port, exceptions)) return undefined;
  return parseProxy(env[variable] ?? '', variable);
}

function variablesFor(protocol: string, env: Environment): readonly string[] {
  if (protocol === 'https:') return ['https_proxy', 'HTTPS_PROXY'];
  return env['REQUEST_METHOD'] === undefined ? ['http_proxy', 'HTTP_PROXY'] : ['http_proxy'];
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function parseProxy(value: string, variable: string): Proxy {
  const text = value.includes('://') ? value : `http://${value}`;
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text)?.[0].toLowerCase() ?? '';
  const defaultPort = DEFAULT_PORTS[scheme];
  if (defaultPort === undefined) {
    throw new CliError('config', `${variable} names a ${scheme}// proxy, which is not supported`, {
      hints: [`set ${variable} to an http:// or https:// proxy, or list the AWS hosts in NO_PROXY`],
    });
  }
  // Parsed with a scheme that has no default port: the WHATWG parser would drop port 80 of an http: URL.
  const parsed = URL.parse(`proxy:${text.slice(scheme.length)}`);
  const hostname = parsed?.hostname.toLowerCase() ?? '';
  const readable =
    parsed !== null && [parsed.username, parsed.password].every((part) => decoded(part) !== undefined);
  if (!readable || !URL.canParse(`${scheme}//${hostname}`)) {
    throw new CliError('config', `${variable} is not a proxy address`, {
      hints: [
        `set ${variable} to http://HOST:PORT, with characters like @ and / in the password as %40 and %2F`,
      ],
    });
  }
  const place = `${hostname}:${parsed.port === '' ? defaultPort : parsed.port}`;
  const user = parsed.username === '' ? '' : `${parsed.username}:${parsed.password}@`;
  return {
    url: new Secret(`${scheme}//${user}${place}`),
    display: `${scheme}//${place}`,
    hostname: bareHost(hostname),
    variable,
  };
}

/**
 * Percent-decodes text; undefined where an agent could not: a `%` without two hexadecimal digits, or invalid UTF-8.
 * Returns the value because the npm build's minifier removes a decodeURIComponent whose result is unused.
 */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** True for loopback and for link-local addresses, those of the metadata services. */
function isLocal(host: string): boolean {
  if (isLoopback(host)) return true;
  return inRange(host, '169.254.0.0', 16) || inRange(host, 'fe80::', 10);
}

function isExcepted(host: string, port: string, list: string): boolean {
  if (list.trim() === '*') return true;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(host, port, entry.toLowerCase()));
}

function matches(host: string, port: string, entry: string): boolean {
  const { pattern, onlyPort } = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const slash = pattern.indexOf('/');
  if (slash !== -1) {
    const bits = pattern.slice(slash + 1);
    return /^\d{1,3}$/.test(bits) && inRange(host, bareHost(pattern.slice(0, slash)), Number(bits));
  }
  if (isIP(host) !== 0) return inRange(host, pattern, isIP(host) === 4 ? 32 : 128);
  const suffix = pattern.replace(/^\./, '').replace(/\.$/, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

/** Splits `:PORT` from a name, an IPv4 address or a bracketed IPv6 address. */
function splitPort(entry: string): { pattern: string; onlyPort: string | undefined } {
  const split = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d+))?$/.exec(entry);
  return { pattern: bracketless(split?.[1] ?? entry), onlyPort: split?.[2] };
}

function bracketless(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}

/** True if an address is in a range; false if either is not an address or their families differ. */
function inRange(address: string, network: string, bits: number): boolean {
  const family = isIP(address);
  if (family === 0 || isIP(network) !== family || bits > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(network, bits, type);
  return range.check(address, type);
}
