import type { AwsSettings } from '../../core/ports/aws.ts';
import { readCaBundle } from './ca-bundle.ts';
import type { AwsContext } from './client.ts';
import { Transport } from './http.ts';
import type { Request } from './http.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What servers without support for HEAD return. */
const NO_HEAD = new Set([405, 501]);

/**
 * Where an https address redirects a browser, as an absolute URL; undefined if it does not, or does not respond.
 * Sends one HEAD request, and a GET request where HEAD is not supported, both without credentials or cookies, 5 s
 * each at most. Throws CliError `config` for an unusable CA bundle.
 */
export async function redirectOf(
  context: AwsContext,
  address: string,
  { caBundle }: AwsSettings,
): Promise<string | undefined> {
  const url = new URL(address);
  if (url.protocol !== 'https:') return undefined;
  const ca = caBundle === undefined ? undefined : readCaBundle(caBundle, context);
  const transport = new Transport(context.env, ca, true);
  try {
    let answer = await transport.answerTo(requestFor('HEAD', url));
    if (NO_HEAD.has(answer.status)) answer = await transport.answerTo(requestFor('GET', url));
    const location = REDIRECTS.has(answer.status) ? answer.headers['location'] : undefined;
    return location === undefined ? undefined : URL.parse(location, address)?.href;
  } catch {
    // No response. AWS itself reports an address that it does not accept.
    return undefined;
  }
}

function requestFor(
  method: 'HEAD' | 'GET',
  { protocol, hostname, port, host, pathname, searchParams }: URL,
): Request {
  const request: Request = {
    method,
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host },
    clone: () => request,
  };
  return request;
}
