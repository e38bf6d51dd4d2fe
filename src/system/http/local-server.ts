import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { CliError, messageOf } from '../../core/errors.ts';
import type { LocalServer, ServedResponse, ServedRequest } from '../../core/ports/http.ts';
import { listenOnLoopback, SERVER_LIMITS } from './connections.ts';

/** Longer than any response takes: a request waits 20 s at most for a renewal. */
const ANSWER_MS = 30_000;

/**
 * Serves HTTP on 127.0.0.1; `port` 0 picks a free one. A connection serves one request, which has 5 s to arrive, and
 * lives 30 s more at most, so that slow and idle clients cannot use them up; a body is not waited for. Throws CliError
 * `failure` when the port cannot be had.
 */
export async function serveLocal(
  port: number,
  answer: (request: ServedRequest) => Promise<ServedResponse>,
): Promise<LocalServer> {
  const server = createServer(SERVER_LIMITS);
  const connections = await listenOnLoopback(server, port).catch((error: unknown) => {
    throw new CliError('failure', `cannot listen on port ${port} of 127.0.0.1: ${messageOf(error)}`, {
      hints: ['leave out --port to use a free one'],
    });
  });
  const host = `127.0.0.1:${connections.port}`;
  server.on('request', ({ method = '', url: target = '', rawHeaders, socket }, response) => {
    connections.serve(socket, ANSWER_MS);
    answer({ method, target, rawHeaders, peer: socket.remoteAddress, host }).then(
      (answered) => send(response, answered),
      // Not a response that a handler made: nothing of it is shown.
      () => send(response, { status: 500, body: '', headers: {} }),
    );
  });
  return { port: connections.port, close: () => connections.close(0) };
}

function send(response: ServerResponse, { status, body, headers }: ServedResponse): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length), connection: 'close' });
  response.end(bytes);
}
