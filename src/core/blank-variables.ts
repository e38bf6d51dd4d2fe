import type { Environment } from './ports/environment.ts';

// Variables of ccvault and the SDKs in which white space alone means nothing. CCVAULT_PASSPHRASE is not among them:
// a passphrase may be any text.
const READ: readonly string[] = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_IAM',
  'AWS_ENDPOINT_URL_SSO',
  'AWS_ENDPOINT_URL_SSO_OIDC',
  'AWS_ENDPOINT_URL_SIGNIN',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_CA_BUNDLE',
  'AWS_MIN_TTL',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
  'AWS_LOGIN_CACHE_DIRECTORY',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
  'BROWSER',
  'CCVAULT_HOME',
  'CCVAULT_BACKEND',
  'CCVAULT_PASSPHRASE_COMMAND',
  'CCVAULT_PROMPT',
  'CCVAULT_UNLOCK_TTL',
];

/**
 * The environment without the variables above that hold white space alone: they count as unset, for ccvault and for the
 * programs it starts. Returns the same object if there are none, which is nearly always.
 */
export function withoutBlankVariables(env: Environment): Environment {
  const blank = READ.filter((name) => env[name] !== undefined && env[name] !== '' && env[name].trim() === '');
  if (blank.length === 0) return env;
  const rest = { ...env };
  for (const name of blank) delete rest[name];
  return rest;
}
