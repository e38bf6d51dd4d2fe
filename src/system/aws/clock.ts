import { STSClient } from '@aws-sdk/client-sts';
import { assertEndpointAllowed } from '../../core/aws/endpoints.ts';
import type { AwsClock, AwsSettings } from '../../core/ports/aws.ts';
import { readCaBundle } from './ca-bundle.ts';
import { LOOKED_UP_NOWHERE, unsigned } from './client.ts';
import type { AwsContext } from './client.ts';
import { Transport } from './http.ts';
import type { Request } from './http.ts';

/**
 * The time by AWS's clock: the `Date` header of the STS endpoint that calls would use, in response to one unsigned
 * HEAD request with a limit of 5 s. Throws CliError `config` for a refused endpoint or an unusable CA bundle.
 */
export async function askClock(context: AwsContext, settings: AwsSettings): Promise<AwsClock> {
  const { endpoint, caBundle } = settings;
  if (endpoint !== undefined) assertEndpointAllowed(endpoint, 'the endpoint', context.env);
  const ca = caBundle === undefined ? undefined : readCaBundle(caBundle, context);
  const url = endpoint === undefined ? stsUrl(settings) : new URL(endpoint);
  const { protocol, hostname, port } = url;
  const request: Request = {
    method: 'HEAD',
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: '/',
    query: {},
    headers: { host: url.host },
    clone: () => request,
  };
  let date: string | undefined;
  try {
    const { headers } = await new Transport(context.env, ca, true).answerTo(request);
    date = headers['date'];
  } catch {
    // Offline, or the connection is intercepted; the caller reports it.
  }
  const time = Date.parse(date ?? '');
  return { host: hostname, time: Number.isNaN(time) ? undefined : time };
}

function stsUrl({ region, fips, dualstack, stsRegionalEndpoints }: AwsSettings): URL {
  const { endpointProvider } = new STSClient({
    ...LOOKED_UP_NOWHERE,
    region,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useGlobalEndpoint: false,
    credentials: unsigned,
    maxAttempts: 1,
  }).config;
  return endpointProvider({
    Region: region,
    UseFIPS: fips ?? false,
    UseDualStack: dualstack ?? false,
    UseGlobalEndpoint: stsRegionalEndpoints === 'legacy',
  }).url;
}
