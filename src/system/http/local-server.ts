import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { CliError, messageOf } from '../../core/errors.ts';
import type { LocalServer, ServedResponse, ServedRequest } from '../../core/ports/http.ts';
import { listenOnLoopback, SERVER_LIMITS } from './connections.ts';

/** Longer than any response takes: a request waits at most 20 s for a renewal. */
const ANSWER_MS = 30_000;

/**
 * Serves HTTP on 127.0.0.1; `port` 0 selects a free port. A connection serves one request, which must arrive within 5
 * s, and is closed 30 s later at the latest, so that slow and idle clients cannot use up all connections; bodies are
 * not read. Throws CliError `failure` if the port cannot be opened.
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
      // An error that the handler did not turn into a response: nothing of it is shown.
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
