import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The time for a whole request, from the connection on. Requests are short and come from this computer. */
const REQUEST_MS = 5_000;
const MAX_CONNECTIONS = 256;

export const SERVER_LIMITS = {
  headersTimeout: REQUEST_MS,
  requestTimeout: REQUEST_MS,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 16 * 1024,
} as const;

/**
 * Listens on 127.0.0.1; `port` 0 selects a free port. Every connection is tracked until it closes. It serves one
 * request, which must arrive within 5 s. At 256 connections, the one that has been silent longest is closed for a new
 * one; if none is silent, the new one is closed. Throws the runtime's error if the port cannot be opened.
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
  /** Connections without a request so far, oldest first. */
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

  /** Marks a connection whose request has arrived, and closes it after this time at the latest. */
  serve(socket: Socket, milliseconds: number): void {
    this.#silent.delete(socket);
    this.#served.add(socket);
    this.#limit(socket, milliseconds);
  }

  /** Frees the port and closes every connection; one with a response under way, after `graceMs` at the latest. */
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
    // The runtimes' own limits do not cover a slow drip of bytes. Bun does not report a connection that has sent
    // nothing.
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
