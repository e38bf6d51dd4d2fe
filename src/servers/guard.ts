import { isLoopback } from '../core/loopback.ts';
import type { ServedRequest } from '../core/ports/http.ts';
import type { Crypto } from '../core/ports/system.ts';
import type { Secret } from '../core/secret.ts';

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

const MAX_HEADER_BYTES = 8 * 1024;
const MAX_TARGET_LENGTH = 2200;

// Set by browsers and proxies, never by an SDK.
const FOREIGN_HEADERS = ['origin', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];

/**
 * Refuses requests that no SDK on this computer sends, before the path is looked at: from another computer, from a
 * web page (its Host header differs even if its host name now resolves to 127.0.0.1, which makes the page
 * same-origin), through a proxy, with a body, or of a method that is not in `methods`. Returns undefined for any
 * other request.
 */
export function refusalOf(request: ServedRequest, methods: readonly string[]): Refusal | undefined {
  const { method, target, rawHeaders, peer, host } = request;
  if (peer === undefined || !isLoopback(peer)) return refuse(403, 'only local requests are served');
  if (rawHeaders.reduce((sum, text) => sum + text.length, 0) > MAX_HEADER_BYTES) {
    return refuse(431, 'the headers are too long');
  }
  const hosts = headerValues(rawHeaders, 'host');
  if (hosts.length !== 1 || hosts[0] !== host) return refuse(403, `only Host ${host} is served`);
  const foreign = FOREIGN_HEADERS.find((name) => headerValues(rawHeaders, name).length > 0);
  if (foreign !== undefined) return refuse(403, `requests with ${foreign} are not served`);
  if (headerValues(rawHeaders, 'sec-fetch-site').some((site) => site !== 'none')) {
    return refuse(403, 'requests from web pages are not served');
  }
  if (!methods.includes(method)) return refuse(405, `${method} is not served`);
  const lengths = headerValues(rawHeaders, 'content-length');
  if (headerValues(rawHeaders, 'transfer-encoding').length > 0 || lengths.some((length) => length !== '0')) {
    return refuse(413, 'requests with a body are not served');
  }
  // Neither `http://HOST/PATH`, which could name a second host, nor `*`.
  if (!target.startsWith('/')) return refuse(400, 'the request target is not a path');
  return target.length > MAX_TARGET_LENGTH ? refuse(414, 'the path is too long') : undefined;
}

/** Every value of a header, duplicates included; `name` is in lower case. */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

/** True if a header was sent exactly once, with this secret. Its timing reveals no more than the length. */
export function carriesSecret(
  rawHeaders: readonly string[],
  name: string,
  secret: Secret,
  crypto: Pick<Crypto, 'equal'>,
): boolean {
  const [value, ...more] = headerValues(rawHeaders, name);
  const encoder = new TextEncoder();
  return (
    value !== undefined &&
    more.length === 0 &&
    crypto.equal(encoder.encode(value), encoder.encode(secret.reveal()))
  );
}

function refuse(status: number, message: string): Refusal {
  return { status, message };
}
