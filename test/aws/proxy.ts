// The company proxy in front of the stand-in: CONNECT only, every tunnel ends in the TLS server of this process.

import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { listenOnLoopback } from './listen.ts';

/**
 * What the proxy does with the next CONNECT.
 * `auth` answers 407 unless the request carries these Basic credentials;
 * `captive` lets the tunnel through, and the far end shows a sign-in page instead of AWS.
 */
export type ProxyMode =
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'auth'; readonly user: string; readonly password: string }
  | { readonly kind: 'captive'; readonly status: 200 | 302 };

export type Proxy = {
  /** `http://127.0.0.1:PORT`, for `HTTPS_PROXY`. */
  readonly url: string;
  /** Host names asked for with CONNECT, in order, refused ones too. */
  readonly hosts: string[];
  mode: ProxyMode;
  stop(): Promise<void>;
};

/**
 * Starts the proxy on a random loopback port.
 * `accepts` says which host names exist; `tunnel` takes over the raw socket of an opened tunnel.
 */
export async function startProxy(
  accepts: (host: string) => boolean,
  tunnel: (socket: Duplex, host: string) => void,
): Promise<Proxy> {
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    response.writeHead(405, { 'content-type': 'text/plain', connection: 'close' });
    response.end(`only CONNECT is served here, not ${request.method ?? ''}\n`);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client that gives up resets the connection; that is no fault of the stand-in.
    socket.on('error', () => socket.destroy());
    const target = /^([a-z0-9.-]+):(\d+)$/i.exec(request.url ?? '');
    const host = (target?.[1] ?? '').toLowerCase();
    proxy.hosts.push(host);
    const status = verdict(proxy.mode, request, target?.[2] === '443' ? host : '', accepts);
    if (status === 'hang') return;
    if (status === 'drop') {
      socket.destroy();
    } else if (status === '200 Connection established') {
      socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
      if (head.length > 0) socket.unshift(head);
      tunnel(socket, host);
    } else {
      const challenge = status.startsWith('407') ? 'Proxy-Authenticate: Basic realm="proxy"\r\n' : '';
      socket.end(`HTTP/1.1 ${status}\r\n${challenge}Content-Length: 0\r\nConnection: close\r\n\r\n`);
    }
  });
  const port = await listenOnLoopback(server);
  const proxy: Proxy = {
    url: `http://127.0.0.1:${port}`,
    hosts: [],
    mode: { kind: 'pass' },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}

function verdict(
  mode: ProxyMode,
  request: IncomingMessage,
  host: string,
  accepts: (host: string) => boolean,
): string {
  if (mode.kind === 'hang' || mode.kind === 'drop') return mode.kind;
  if (mode.kind === 'refuse' || host === '') return '403 Forbidden';
  if (mode.kind === 'auth') {
    const wanted = `Basic ${Buffer.from(`${mode.user}:${mode.password}`).toString('base64')}`;
    if (request.headers['proxy-authorization'] !== wanted) return '407 Proxy Authentication Required';
  }
  return accepts(host) ? '200 Connection established' : '502 Bad Gateway';
}
