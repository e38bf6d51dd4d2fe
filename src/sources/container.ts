import { CliError } from '../core/errors.ts';
import { expandPath } from '../core/expand-path.ts';
import type { LocalResponse } from '../core/ports/http.ts';
import type { System } from '../core/ports/system.ts';
import { isLoopback } from '../core/loopback.ts';
import { isVisibleWithBlanks } from '../core/text-checks.ts';
import { credentialsOf } from './endpoint-answer.ts';
import type { CredentialSource } from './source.ts';

const ECS_ENDPOINT = 'http://169.254.170.2';
// Amazon ECS, and EKS Pod Identity over IPv4 and IPv6.
const LINK_LOCAL_HOSTS: ReadonlySet<string> = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]']);
const CONNECT_MILLISECONDS = 1000;
const ANSWER_MILLISECONDS = 5000;
const MAX_TRIES = 3;
const WAIT_MILLISECONDS = 200;

/**
 * The credentials of the container's endpoint (AWS SDK reference, "Container credential provider"). The relative URI
 * takes precedence over the full one, the token file over the token; the file is read on every call. Throws CliError
 * `config` for an endpoint or token that must not be used, `aws` if the endpoint returns no credentials.
 */
export const fromContainer: CredentialSource<'container'> = async (_step, { system }) => {
  const url = endpointOf(system);
  const token = authorizationOf(system);
  const answer = await ask(url, token === undefined ? {} : { authorization: token }, system);
  if (answer.status !== 200) {
    throw new CliError('aws', `the container's endpoint ${url.host} returned HTTP status ${answer.status}`, {
      code: 'refused',
      hints:
        answer.status === 401 || answer.status === 403
          ? ['check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (or _TOKEN) and that the task has a role']
          : ['check that the task or pod has a role'],
    });
  }
  return credentialsOf(answer.body, `the container's endpoint ${url.host}`, system.clock.now());
};

function endpointOf({ env }: Pick<System, 'env'>): URL {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  if (relative) {
    // Without the slash it could name another host: `@example.com/`.
    if (relative.startsWith('/')) return new URL(`${ECS_ENDPOINT}${relative}`);
    throw refusedEndpoint('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with /');
  }
  const full = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (!full) {
    throw new CliError(
      'config',
      'there is no container endpoint here: AWS_CONTAINER_CREDENTIALS_FULL_URI is not set',
      {
        hints: ['run this inside an ECS task or EKS pod, or name a profile with another source'],
      },
    );
  }
  const url = URL.parse(full);
  if (url === null) throw refusedEndpoint('AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL');
  if (url.protocol === 'https:') return url;
  const host = url.hostname.toLowerCase();
  if (url.protocol === 'http:' && (isLoopback(host) || LINK_LOCAL_HOSTS.has(host))) return url;
  throw refusedEndpoint(`AWS_CONTAINER_CREDENTIALS_FULL_URI names ${url.host} without https`);
}

function refusedEndpoint(reason: string): CliError {
  return new CliError('config', reason, {
    hints: ['use https, or http on loopback, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]'],
  });
}

function authorizationOf({ env, files, host }: Pick<System, 'env' | 'files' | 'host'>): string | undefined {
  const named = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const file = named ? expandPath(named, env, host) : undefined;
  // Editors and `echo` end a file with a line break, which a header cannot contain.
  const token = file
    ? files.readText(file)?.replace(/\r?\n$/, '')
    : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] || undefined;
  if (file && token === undefined) {
    throw new CliError('config', `the container's token file ${file} does not exist`, {
      hints: ['correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
    });
  }
  if (token && !isVisibleWithBlanks(token)) {
    const what =
      "the container's authorization token has a line break or another character that a header cannot contain";
    throw new CliError('config', what, {
      hints: ['correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (or _TOKEN)'],
    });
  }
  return token;
}

async function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { requestLocal, clock }: Pick<System, 'requestLocal' | 'clock'>,
): Promise<LocalResponse> {
  for (let tried = 1; ; tried++) {
    const last = tried === MAX_TRIES;
    try {
      const answer = await requestLocal({
        url: url.href,
        headers: { accept: 'application/json', ...headers },
        connectMilliseconds: CONNECT_MILLISECONDS,
        timeoutMilliseconds: ANSWER_MILLISECONDS,
      });
      if (last || (answer.status < 500 && answer.status !== 429)) return answer;
    } catch (error) {
      if (last) throw error;
    }
    await clock.sleep(WAIT_MILLISECONDS * 2 ** tried);
  }
}
