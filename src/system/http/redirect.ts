import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CliError, messageOf } from '../../core/errors.ts';
import type { Redirect } from '../../core/ports/http.ts';
import { listenOnLoopback, SERVER_LIMITS } from './connections.ts';

/** The time for the browser to receive the page. */
const RESPONSE_MS = 1000;

const DONE = 'Signed in. You can close this page and go back to the terminal.\n';
const NOT_OURS = 'This page is not part of a sign-in that is under way.\n';

/**
 * Listens on a free port of 127.0.0.1 for a browser that is redirected to `path` (RFC 8252, section 7.3). Only a GET
 * request with this host and port and without an `Origin` counts, so that a script of another page cannot pass for
 * the redirect. Throws CliError `failure` if no port can be opened.
 */
export async function receiveRedirect(path: string): Promise<Redirect> {
  const { promise, resolve } = Promise.withResolvers<URLSearchParams>();
  let accepts: ((query: URLSearchParams) => boolean) | undefined;
  let answered = false;
  const server = createServer(SERVER_LIMITS);
  const connections = await listenOnLoopback(server, 0).catch((error: unknown) => {
    throw new CliError('failure', `cannot listen on a local port for the sign-in: ${messageOf(error)}`, {
      hints: ['sign in with a code instead: --no-browser'],
    });
  });
  const { port } = connections;
  server.on('request', (request, response) => {
    connections.serve(request.socket, RESPONSE_MS);
    const query = queryOf(request, path, port);
    if (query === undefined || answered || accepts?.(query) !== true) return answer(response, 400, NOT_OURS);
    answered = true;
    answer(response, 200, query.has('error') ? 'The sign-in was refused.\n' : DONE);
    resolve(query);
  });
  return {
    uri: `http://127.0.0.1:${port}${path}`,
    received(judge) {
      accepts = judge;
      return promise;
    },
    close: () => connections.close(RESPONSE_MS),
  };
}

function queryOf(request: IncomingMessage, path: string, port: number): URLSearchParams | undefined {
  const { method, url = '', headers } = request;
  if (method !== 'GET' || headers.host !== `127.0.0.1:${port}` || headers.origin !== undefined)
    return undefined;
  const [requested, query = ''] = url.split('?', 2);
  return requested === path ? new URLSearchParams(query) : undefined;
}

// The address contains the code: no referrer and no cache may keep it. The connection closes after the response.
function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(text);
}
