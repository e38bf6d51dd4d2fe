import { assertEndpointAllowed } from '../core/aws/endpoints.ts';
import { CliError, isCliError } from '../core/errors.ts';
import type { InstanceStep } from '../core/plan/steps.ts';
import type { LocalResponse } from '../core/ports/http.ts';
import type { System } from '../core/ports/system.ts';
import { isVisible } from '../core/text-checks.ts';
import { credentialsOf } from './endpoint-answer.ts';
import type { CredentialSource } from './source.ts';

const ENDPOINTS = { ipv4: 'http://169.254.169.254', ipv6: 'http://[fd00:ec2::254]' };
const TOKEN_PATH = '/latest/api/token';
const ROLE_PATH = '/latest/meta-data/iam/security-credentials/';
/** Long enough for three requests; AWS accepts up to 21,600. */
const TOKEN_SECONDS = 60;
const CONNECT_MILLISECONDS = 1000;
const ANSWER_MILLISECONDS = 2000;
const MAX_TRIES = 3;
const WAIT_MILLISECONDS = 200;

type Place = Pick<System, 'env' | 'requestLocal' | 'clock'>;

/**
 * The credentials of the instance's role from the instance metadata service, IMDSv2 only (Amazon EC2 User Guide, "Use
 * IMDS"). Throws CliError `config` if the service is turned off or its endpoint is invalid, `aws` if it does not
 * respond or returns no credentials.
 */
export const fromInstance: CredentialSource<'instance'> = async (step, { system }) => {
  const { env } = system;
  if (env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') {
    throw new CliError('config', 'the instance metadata service is turned off by AWS_EC2_METADATA_DISABLED', {
      hints: ['unset AWS_EC2_METADATA_DISABLED, or name a profile with another source'],
    });
  }
  const endpoint = endpointOf(env, step);
  const token = await ask(system, endpoint, TOKEN_PATH, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) },
  });
  const session = token.body.trim();
  if (token.status !== 200 || !isVisible(session)) throw refused('returns no IMDSv2 token', token);
  const headers = { 'x-aws-ec2-metadata-token': session };
  const roles = await ask(system, endpoint, ROLE_PATH, { headers });
  const role = roles.status === 200 ? roles.body.trim().split('\n')[0] : undefined;
  if (!role) throw refused('has no role for this instance', roles);
  // Used in the path as it is, as in the SDKs: the characters of role names need no encoding there.
  if (!/^[\w+=,.@-]+$/.test(role)) throw refused('returns an invalid role name', roles);
  const answer = await ask(system, endpoint, ROLE_PATH + role, { headers });
  if (answer.status !== 200) throw refused(`returns no credentials for role ${role}`, answer);
  return credentialsOf(answer.body, 'the instance metadata service', system.clock.now());
};

/** AWS SDK reference, "IMDS credential provider": the endpoint takes precedence over the mode. */
function endpointOf(env: Place['env'], { profile, endpoint, endpointMode }: InstanceStep): string {
  const variable = env['AWS_EC2_METADATA_SERVICE_ENDPOINT'];
  const named = variable || endpoint;
  if (named) {
    const url = URL.parse(named);
    const known = url !== null && Object.values(ENDPOINTS).includes(url.origin);
    if (!known) {
      const key = `profile ${profile}: ec2_metadata_service_endpoint`;
      assertEndpointAllowed(named, variable ? 'AWS_EC2_METADATA_SERVICE_ENDPOINT' : key, env);
    }
    return named.replace(/\/+$/, '');
  }
  const modeVariable = env['AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE'];
  const mode = (modeVariable || endpointMode || 'ipv4').toLowerCase();
  if (mode === 'ipv4' || mode === 'ipv6') return ENDPOINTS[mode];
  const place = modeVariable
    ? 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE'
    : `profile ${profile}: ec2_metadata_service_endpoint_mode`;
  throw new CliError('config', `${place} is neither IPv4 nor IPv6`, {
    hints: ['write IPv4 or IPv6, or unset it'],
  });
}

async function ask(
  { requestLocal, clock }: Place,
  endpoint: string,
  path: string,
  options: { method?: 'PUT'; headers: Readonly<Record<string, string>> },
): Promise<LocalResponse> {
  for (let tried = 1; ; tried++) {
    try {
      const answer = await requestLocal({
        url: endpoint + path,
        connectMilliseconds: CONNECT_MILLISECONDS,
        timeoutMilliseconds: ANSWER_MILLISECONDS,
        ...options,
      });
      if (tried === MAX_TRIES || answer.status < 500) return answer;
    } catch (error) {
      // Outside EC2 nothing responds; do not retry.
      throw isCliError(error) ? absent(error) : error;
    }
    await clock.sleep(WAIT_MILLISECONDS * 2 ** tried);
  }
}

function absent(error: CliError): CliError {
  return new CliError('aws', `the instance metadata service does not respond: ${error.message}`, {
    code: 'network',
    hints: ['name a profile: see ccvault list; in a container on EC2 the hop limit may have to be 2'],
    cause: error,
  });
}

function refused(what: string, { status }: LocalResponse): CliError {
  return new CliError('aws', `the instance metadata service ${what} (HTTP status ${status})`, {
    code: 'refused',
    hints: ['attach a role to the instance and enable its metadata service'],
  });
}
