import type { IAMClientConfig } from '@aws-sdk/client-iam';
import type { STSClientConfig } from '@aws-sdk/client-sts';
import { CliError, isCliError } from '../../core/errors.ts';
import { isRegionName, partitionOfRegion } from '../../core/aws/regions.ts';
import { awsError } from '../../core/aws/errors.ts';
import type { Credentials } from '../../core/credentials.ts';
import { assertEndpointAllowed } from '../../core/aws/endpoints.ts';
import type { AwsSettings } from '../../core/ports/aws.ts';
import type { System } from '../../core/ports/system.ts';
import { readCaBundle } from './ca-bundle.ts';
import { Transport } from './http.ts';
import type { RequestHandler, Route } from './http.ts';
import { createRetryStrategy, MAX_TRIES } from './retry.ts';
import type { Repeat, RetryStrategy } from './retry.ts';

const TOTAL_MS = 45_000;

export type AwsContext = Pick<System, 'env' | 'files' | 'clock' | 'host' | 'out'>;

/** What decides about the errors and the retries of a call. */
export interface CallOptions {
  /** In the notation of IAM: `sts:AssumeRole`. */
  readonly action: string;
  /** Absent for a call that is not signed. */
  readonly credentials?: Credentials;
  readonly mfaSerial?: string | undefined;
  readonly repeat: Repeat;
}

/** A configuration that leaves the SDK nothing to look up in files, environment or metadata service. */
export type ClientConfig = STSClientConfig &
  IAMClientConfig & { readonly requestHandler: RequestHandler; readonly retryStrategy: RetryStrategy };

export interface SendOptions {
  readonly abortSignal: AbortSignal;
}

export interface ServiceTraits {
  /** The service itself responds with web pages, so HTML is no sign of a captive portal. */
  readonly answersInHtml?: boolean;
  /**
   * The service has FIPS endpoints in GovCloud only; elsewhere the SDK constructs a host name that does not exist.
   */
  readonly fipsInGovCloudOnly?: boolean;
}

/** Settings that the SDK would otherwise look up in the environment and in files of the home folder. */
export const LOOKED_UP_NOWHERE = {
  ignoreConfiguredEndpointUrls: true,
  retryMode: 'standard',
  defaultsMode: 'standard',
  authSchemePreference: [],
  sigv4aSigningRegionSet: async () => undefined,
  userAgentAppId: 'ccvault',
  // A wrong clock is reported. The SDK's silent correction would leave every cached expiry wrong.
  disableClockSkewCorrection: true,
} satisfies Partial<STSClientConfig>;

/** Calls one service with the same settings, over shared connections. */
export class Caller {
  readonly #context: AwsContext;
  readonly #settings: AwsSettings;
  readonly #transport: Transport;
  readonly #service: ServiceTraits;

  /** Throws CliError `config` for an invalid region, a refused endpoint or an unusable CA bundle. */
  constructor(context: AwsContext, settings: AwsSettings, service: ServiceTraits = {}) {
    if (settings.endpoint !== undefined)
      assertEndpointAllowed(settings.endpoint, 'the endpoint', context.env);
    else if (!isRegionName(settings.region)) {
      throw new CliError('config', `not an AWS region: ${settings.region}`, {
        hints: ['correct AWS_REGION, or region of the profile, like eu-west-1'],
      });
    }
    const { caBundle } = settings;
    const ca = caBundle === undefined ? undefined : readCaBundle(caBundle, context);
    this.#context = context;
    this.#settings = settings;
    this.#service = service;
    this.#transport = new Transport(context.env, ca, service.answersInHtml ?? false);
  }

  /** Runs `send` for at most 45 s, retries included, and turns its errors into CliError (`awsError`). */
  async call<T>(
    options: CallOptions,
    send: (config: ClientConfig, options: SendOptions) => Promise<T>,
  ): Promise<T> {
    const { clock, host, out } = this.#context;
    const route: Route = { host: options.action, proxy: undefined, status: undefined };
    const begun = clock.now();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), TOTAL_MS);
    try {
      return await send(this.#config(options, route), { abortSignal: limit.signal });
    } catch (error) {
      throw this.#withFipsHint(
        awsError(error, {
          action: options.action,
          host: route.host,
          proxy: route.proxy,
          accessKeyId: options.credentials?.accessKeyId,
          mfaSerial: options.mfaSerial,
          profile: this.#settings.profile,
          os: host.os,
          now: clock.now(),
        }),
      );
    } finally {
      out.debug(() => callInWords(options.action, route, clock.now() - begun));
      clearTimeout(timer);
    }
  }

  #withFipsHint(error: unknown): unknown {
    const { fips, region, endpoint } = this.#settings;
    const made = fips === true && endpoint === undefined && this.#service.fipsInGovCloudOnly === true;
    if (!made || partitionOfRegion(region) === 'aws-us-gov') return error;
    if (!isCliError(error) || error.code !== 'network') return error;
    return error.withHints(
      'use_fips_endpoint (or AWS_USE_FIPS_ENDPOINT) is on, and IAM Identity Center has FIPS endpoints in GovCloud only: turn it off, or set AWS_ENDPOINT_URL_SSO and AWS_ENDPOINT_URL_SSO_OIDC',
    );
  }

  #config({ credentials, repeat }: CallOptions, route: Route): ClientConfig {
    const { clock } = this.#context;
    const { region, endpoint, fips, dualstack, stsRegionalEndpoints } = this.#settings;
    return {
      ...LOOKED_UP_NOWHERE,
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      useFipsEndpoint: fips ?? false,
      useDualstackEndpoint: dualstack ?? false,
      useGlobalEndpoint: stsRegionalEndpoints === 'legacy',
      credentials: credentials === undefined ? unsigned : identity(credentials),
      requestHandler: this.#transport.handler(route),
      maxAttempts: repeat === 'never' ? 1 : MAX_TRIES,
      retryStrategy: createRetryStrategy(repeat, clock, clock.now() + TOTAL_MS),
    };
  }
}

function callInWords(action: string, { host, proxy, status }: Route, milliseconds: number): string {
  const through = proxy === undefined ? '' : ` through ${proxy.display}`;
  return `${action} at ${host}${through}: ${status ?? 'no response'} in ${milliseconds} ms`;
}

function identity(credentials: Credentials): {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
} {
  return {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey.reveal(),
    ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken.reveal() }),
  };
}

/** The credential provider of an unsigned call: keeps the SDK from its default credential chain. Always rejects. */
export function unsigned(): Promise<never> {
  return Promise.reject(new Error('this call carries no credentials'));
}
