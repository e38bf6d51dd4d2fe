import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CliError, messageOf } from '../../core/errors.ts';
import type { LocalServer, ServedAnswer, ServedRequest } from '../../core/ports/http.ts';

/** For a whole request, from the connection on: what comes is short, and comes from this computer. */
const REQUEST_MS = 5_000;
/** Longer than any answer takes: a request waits 20 s at most for a renewal. */
const ANSWER_MS = 30_000;
const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Serves HTTP on 127.0.0.1; `port` 0 takes a free one. A connection serves one request, which has 5 s to come, and
 * lives 30 s more at most, so that slow and idle clients cannot use them up; a body is not waited for. Throws CliError
 * `failure` when the port cannot be had.
 */
export async function serveLocal(
  port: number,
  answer: (request: ServedRequest) => Promise<ServedAnswer>,
): Promise<LocalServer> {
  const connections = new Map<Socket, NodeJS.Timeout>();
  const limit = (socket: Socket, milliseconds: number): void => {
    clearTimeout(connections.get(socket));
    connections.set(
      socket,
      setTimeout(() => socket.destroy(), milliseconds),
    );
  };
  let host = '';
  const server = createServer(
    {
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    ({ method = '', url: target = '', rawHeaders, socket }, response) => {
      limit(socket, ANSWER_MS);
      answer({ method, target, rawHeaders, peer: socket.remoteAddress, host }).then(
        (answered) => send(response, answered),
        // Not an answer anyone made: nothing of it is shown.
        () => send(response, { status: 500, body: '', headers: {} }),
      );
    },
  );
  server.on('connection', (socket: Socket) => {
    if (connections.size >= MAX_CONNECTIONS) return void socket.destroy();
    // The runtimes' own limits leave out what sends nothing (Bun) or drips (a body).
    limit(socket, REQUEST_MS);
    socket.once('close', () => {
      clearTimeout(connections.get(socket));
      connections.delete(socket);
    });
  });
  server.on('clientError', (_error, socket) => void socket.destroy());
  const chosen = await bind(server, port);
  host = `127.0.0.1:${chosen}`;
  return {
    port: chosen,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of connections.keys()) socket.destroy();
      }),
  };
}

function send(response: ServerResponse, { status, body, headers }: ServedAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length), connection: 'close' });
  response.end(bytes);
}

async function bind(server: Server, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    throw new CliError('failure', `cannot listen on port ${port} of 127.0.0.1: ${messageOf(error)}`, {
      hints: ['leave out --port to have a free one'],
    });
  }
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}
