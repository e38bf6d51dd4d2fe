import { CliError } from '../errors.ts';
import type { Environment } from '../ports/environment.ts';
import { isLoopback } from '../loopback.ts';

/** The AWS services that ccvault calls. A `[services]` section has `_` where these names have `-`. */
export type ServiceName = 'sts' | 'iam' | 'sso' | 'sso-oidc' | 'signin';

/**
 * The configured endpoint URL of a service; undefined where AWS's own host is used. The order is that of the AWS SDK
 * reference ("Service-specific endpoints"): `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the service's part of
 * the `[services]` section, the profile's `endpoint_url`. None of them counts where
 * `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` or `ignore_configured_endpoint_urls` is true. An empty value counts as unset.
 * `profile` names the profile in messages. Throws as assertEndpointAllowed.
 */
export function endpointFor(
  service: ServiceName,
  env: Environment,
  profileGet: (key: string) => string | undefined,
  servicesSection?: ReadonlyMap<string, string>,
  profile = 'the profile',
): string | undefined {
  if (ignoresConfigured(env, profileGet)) return undefined;
  const variable = `AWS_ENDPOINT_URL_${service.replace('-', '_').toUpperCase()}`;
  const candidates: readonly (readonly [string, string | undefined])[] = [
    [variable, env[variable]],
    ['AWS_ENDPOINT_URL', env['AWS_ENDPOINT_URL']],
    [
      `endpoint_url of ${service.replace('-', '_')} in the services section`,
      servicesSection?.get('endpoint_url'),
    ],
    [`endpoint_url of ${profile}`, profileGet('endpoint_url')],
  ];
  for (const [source, endpoint] of candidates) {
    if (endpoint === undefined || endpoint === '') continue;
    assertEndpointAllowed(endpoint, source, env);
    return endpoint;
  }
  return undefined;
}

function ignoresConfigured(env: Environment, profileGet: (key: string) => string | undefined): boolean {
  const text = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] || profileGet('ignore_configured_endpoint_urls');
  return text?.toLowerCase() === 'true';
}

/**
 * Accepts an https endpoint, and an http one on loopback or with CCVAULT_ALLOW_INSECURE_ENDPOINT=1; neither with a user
 * name or password. `source` is the setting that the message names. Throws CliError `config` for any other endpoint.
 */
export function assertEndpointAllowed(endpoint: string, source: string, env: Environment): void {
  const url = URL.parse(endpoint);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new CliError('config', `${source} is not an http or https URL`, {
      hints: [`set it to something like https://HOST, or remove it`],
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new CliError('config', `${source} carries a user name or password`, {
      hints: ['remove the user name and password from the URL'],
    });
  }
  if (
    url.protocol === 'http:' &&
    !isLoopback(url.hostname) &&
    env['CCVAULT_ALLOW_INSECURE_ENDPOINT'] !== '1'
  ) {
    throw new CliError('config', `${source} sends credentials unencrypted to ${url.host}`, {
      hints: ['use https://, or set CCVAULT_ALLOW_INSECURE_ENDPOINT=1 if you mean it'],
    });
  }
}
