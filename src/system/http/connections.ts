import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** For a whole request, from the connection on: what comes is short, and comes from this computer. */
const REQUEST_MS = 5_000;
const MAX_CONNECTIONS = 256;

export const SERVER_LIMITS = {
  headersTimeout: REQUEST_MS,
  requestTimeout: REQUEST_MS,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 16 * 1024,
} as const;

/**
 * Listens on 127.0.0.1; `port` 0 picks a free one. Every connection is tracked until it is closed: it serves one
 * request, which has 5 s to come, and where there are too many, the one that has been silent the longest makes room.
 * Throws the runtime's error when the port cannot be had.
 */
export async function listenOnLoopback(server: Server, port: number): Promise<Connections> {
  const connections = new Connections(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return connections;
}

/** The connections of a server. */
export class Connections {
  readonly #server: Server;
  /** In the order in which they came. */
  readonly #silent = new Set<Socket>();
  readonly #served = new Set<Socket>();
  readonly #limits = new Map<Socket, NodeJS.Timeout>();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#admit(socket));
    server.on('clientError', (_error, socket) => void socket.destroy());
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
    return address.port;
  }

  /** A request has come on it, and its response takes so long at most. */
  serve(socket: Socket, milliseconds: number): void {
    this.#silent.delete(socket);
    this.#served.add(socket);
    this.#limit(socket, milliseconds);
  }

  /** Frees the port and ends every connection; those with a response under way have `graceMs` for it. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#silent) socket.destroy();
    for (const socket of this.#served) {
      if (graceMs === 0) socket.destroy();
      else this.#limit(socket, graceMs);
    }
    await closed;
  }

  #admit(socket: Socket): void {
    if (this.#silent.size + this.#served.size >= MAX_CONNECTIONS) {
      const [oldest = socket] = this.#silent;
      this.#silent.delete(oldest);
      oldest.destroy();
      if (oldest === socket) return;
    }
    this.#silent.add(socket);
    // The runtimes' own limits leave out what drips. Bun tells of no connection that has sent nothing, and waits for none.
    this.#limit(socket, REQUEST_MS);
    socket.once('close', () => {
      clearTimeout(this.#limits.get(socket));
      this.#limits.delete(socket);
      this.#silent.delete(socket);
      this.#served.delete(socket);
    });
  }

  #limit(socket: Socket, milliseconds: number): void {
    clearTimeout(this.#limits.get(socket));
    this.#limits.set(
      socket,
      setTimeout(() => socket.destroy(), milliseconds),
    );
  }
}
