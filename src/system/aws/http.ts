import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { setDefaultCACertificates } from 'node:tls';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { kindOfAnswer, looksForeign, notFromAws } from '../../core/aws/errors.ts';
import { isCliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import { proxyFor } from '../../core/proxy.ts';
import type { Proxy } from '../../core/proxy.ts';

const CONNECT_MS = 5_000;
const TRY_MS = 15_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export type Request = Parameters<NodeHttpHandler['handle']>[0];
type Options = Parameters<NodeHttpHandler['handle']>[1];
type Answer = Awaited<ReturnType<NodeHttpHandler['handle']>>;

/** What the SDK expects as `requestHandler`. */
export type RequestHandler = Pick<
  NodeHttpHandler,
  'handle' | 'metadata' | 'destroy' | 'updateHttpClientConfig' | 'httpHandlerConfigs'
>;

/** Where a call went, for error messages; the handler fills it in. */
export interface Route {
  host: string;
  proxy: Proxy | undefined;
  /** The HTTP status of the last response. */
  status: number | undefined;
}

/** The connections of one AWS client, kept open between its calls. */
export class Transport {
  readonly #env: Environment;
  readonly #ca: readonly string[] | undefined;
  readonly #answersInHtml: boolean;
  readonly #handlers = new Map<string, NodeHttpHandler>();

  /** `ca`, where given, replaces the built-in certificates; PEM texts. */
  constructor(env: Environment, ca: readonly string[] | undefined, answersInHtml: boolean) {
    this.#env = env;
    this.#ca = ca;
    this.#answersInHtml = answersInHtml;
  }

  /**
   * The request handler of one call. Each try has 15 s and a response has 1 MiB at most. Throws CliError `aws` with
   * code `captive-portal` for a response that is not from AWS, and an error named `TimeoutError`, which the SDK
   * retries.
   */
  handler(route: Route): RequestHandler {
    return {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: (request, options) => this.#try(request, options, route),
      destroy: () => {},
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    };
  }

  /** The status and headers of any response, within 5 s and without a retry. Throws the error of the connection. */
  async answerTo(
    request: Request,
  ): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>> }> {
    const proxy = this.#proxyOf(request);
    const limit = AbortSignal.timeout(CONNECT_MS);
    const { response } = await this.#handlerThrough(proxy).handle(request, { abortSignal: limit });
    response.body.destroy();
    return { status: response.statusCode, headers: response.headers };
  }

  async #try(request: Request, options: Options, route: Route): Promise<Answer> {
    route.host = request.hostname;
    route.proxy = this.#proxyOf(request);
    const handler = this.#handlerThrough(route.proxy);
    // The handler's own timeout ends with the headers; this one lasts until the last byte.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), TRY_MS);
    const outer = options?.abortSignal;
    const stop = (): void => limit.abort();
    if (outer?.aborted === true) stop();
    if (outer instanceof AbortSignal) outer.addEventListener('abort', stop, { once: true });
    try {
      const { response } = await handler.handle(request, { abortSignal: limit.signal });
      const { statusCode: status, headers } = response;
      route.status = status;
      if (
        (status >= 300 && status < 400) ||
        (status < 500 && !this.#answersInHtml && looksForeign(headers))
      ) {
        response.body.destroy();
        throw notFromAws(kindOfAnswer(status, headers), request.hostname);
      }
      response.body = await readAll(response.body, limit.signal, request.hostname);
      return { response };
    } catch (error) {
      // Whatever error the aborted request ended with: the SDK recognizes by the name that it may retry.
      if (limit.signal.aborted) throw timeout(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #proxyOf({ protocol, hostname, port }: Request): Proxy | undefined {
    return proxyFor(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}/`, this.#env);
  }

  #handlerThrough(proxy: Proxy | undefined): NodeHttpHandler {
    const url = proxy?.url.reveal() ?? '';
    const known = this.#handlers.get(url);
    if (known !== undefined) return known;
    // An empty `proxyEnv` means a direct connection; `proxyFor` has already applied NO_PROXY. The agent's timeout
    // limits the CONNECT request, during which the handler below has no socket to watch.
    const shared = {
      keepAlive: true,
      timeout: CONNECT_MS,
      proxyEnv: proxy === undefined ? {} : { HTTPS_PROXY: url, HTTP_PROXY: url },
    };
    // The agent verifies an https:// proxy against the default certificates only.
    if (url.startsWith('https:') && this.#ca !== undefined) setDefaultCACertificates(this.#ca);
    const handler = new NodeHttpHandler({
      connectionTimeout: CONNECT_MS,
      httpAgent: new HttpAgent(shared),
      httpsAgent: new HttpsAgent({ ...shared, ...(this.#ca === undefined ? {} : { ca: [...this.#ca] }) }),
    });
    this.#handlers.set(url, handler);
    return handler;
  }
}

async function readAll(body: Readable, signal: AbortSignal, host: string): Promise<Uint8Array> {
  const stop = (): void => void body.destroy(new Error('aborted'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) throw notFromAws('more than 1 MB', host);
    }
  } catch (error) {
    // The runtimes throw different errors for a response that is cut off.
    throw isCliError(error) ? error : Object.assign(new Error('response cut off'), { code: 'ECONNRESET' });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(chunks);
}

function timeout(cause: unknown): Error {
  const error = new Error('no response in time', { cause });
  error.name = 'TimeoutError';
  return error;
}
