import type { AwsSettings } from '../../core/ports/aws.ts';
import { readCaBundle } from './ca-bundle.ts';
import type { AwsContext } from './client.ts';
import { Transport } from './http.ts';
import type { Request } from './http.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What servers say that know no HEAD. */
const NO_HEAD = new Set([405, 501]);

/** Where an https address sends a browser; it is asked once, with nothing of ours. Throws CliError `config` for settings. */
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
    // Not there, or not for us: AWS says what it makes of the address itself.
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
