import { CliError, isCliError } from '../../core/errors.ts';
import { parseObject, stringField } from '../../core/json.ts';
import type { Credentials } from '../../core/credentials.ts';
import type { SignIn } from '../../core/ports/aws.ts';
import type { Clock } from '../../core/ports/system.ts';
import { Secret } from '../../core/secret.ts';
import { errorCode } from '../system-errors.ts';
import type { Caller, ClientConfig, SendOptions } from './client.ts';
import type { Request } from './http.ts';

const ACTION = 'signin:getSigninToken';

/** The federation endpoint of the console, for which the SDK has no client. */
export function createSignIn(caller: Caller, clock: Clock): SignIn {
  return {
    getSigninToken: (credentials, request) =>
      caller.call({ action: ACTION, credentials, repeat: 'any' }, async (config, options) => {
        const url = new URL(request.url);
        const ask = async (sessionSeconds: number | undefined): Promise<Answer> => {
          const text = form(credentials, sessionSeconds);
          const take = (method: Method): Promise<Answer> =>
            retried(config, clock, () => sendOnce(method, url, text, config, options));
          if (request.method === 'GET') return take('GET');
          const posted = await take('POST');
          return POST_REFUSED.has(posted.status) ? take('GET') : posted;
        };
        const answer = await ask(request.sessionSeconds);
        // The service refuses some durations that its documentation allows, with no more than status 400.
        const again = answer.status === 400 && request.sessionSeconds !== undefined;
        const { status, text } = again ? await ask(undefined) : answer;
        return tokenIn(status, text, url.host);
      }),
  };
}

type Method = 'GET' | 'POST';

// Method not allowed, and the codes that gateways return instead.
const POST_REFUSED: ReadonlySet<number> = new Set([403, 404, 405, 411, 501]);

/**
 * The parameters of the request, form-encoded. In the body of a POST, no proxy and no log records them; some
 * partitions only accept them in the query. The names in the JSON are those of the IAM User Guide ("custom identity
 * broker").
 */
function form(credentials: Credentials, sessionSeconds: number | undefined): string {
  const session = JSON.stringify({
    sessionId: credentials.accessKeyId,
    sessionKey: credentials.secretAccessKey.reveal(),
    sessionToken: credentials.sessionToken?.reveal(),
  });
  return new URLSearchParams({
    Action: 'getSigninToken',
    ...(sessionSeconds === undefined ? {} : { SessionDuration: String(sessionSeconds) }),
    Session: session,
  }).toString();
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function sendOnce(
  method: Method,
  url: URL,
  parameters: string,
  config: ClientConfig,
  options: SendOptions,
): Promise<Answer> {
  const body = method === 'POST' ? parameters : undefined;
  const request: Request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query: body === undefined ? Object.fromEntries(new URLSearchParams(parameters)) : {},
    headers: {
      host: url.host,
      ...(body === undefined
        ? {}
        : {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': String(Buffer.byteLength(body)),
          }),
      accept: 'application/json',
    },
    body,
    clone: () => request,
  };
  const { response } = await config.requestHandler.handle(request, options);
  const text = new TextDecoder().decode(response.body);
  // Throttled, or an error of the service: the same request may succeed in a moment.
  if (response.statusCode === 429 || response.statusCode >= 500)
    throw unavailable(response.statusCode, url.host);
  return { status: response.statusCode, text };
}

/** The SDK's retry loop, for a request that the SDK has no command for: same number of tries, same waits. */
async function retried<T>(config: ClientConfig, clock: Clock, send: () => Promise<T>): Promise<T> {
  const strategy = config.retryStrategy;
  let token = await strategy.acquireInitialRetryToken(ACTION);
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Error) || !mayPass(error)) throw error;
      try {
        token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' });
      } catch {
        throw error;
      }
      await clock.sleep(token.getRetryDelay());
    }
  }
}

function mayPass(error: Error): boolean {
  if (isCliError(error)) return error.code === 'unavailable';
  return (
    error.name === 'TimeoutError' ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'].includes(errorCode(error) ?? '')
  );
}

function unavailable(status: number, host: string): CliError {
  return new CliError('aws', `${host} returned HTTP status ${status}`, {
    code: 'unavailable',
    hints: ['try again in a minute'],
  });
}

/** The token of a response. The error quotes nothing of it: a refusal is a web page, and a token is a secret. */
function tokenIn(status: number, text: string, host: string): Secret {
  if (status === 200) {
    const token = stringField(parseObject(text), 'SigninToken');
    if (token !== undefined) return new Secret(token);
  }
  throw new CliError(
    'aws',
    `${host} did not accept these credentials for the console (HTTP status ${status})`,
    {
      code: 'sign-in-refused',
      hints: [
        'the console accepts unexpired credentials of a role, SSO or a federated user: see ccvault explain',
      ],
    },
  );
}
