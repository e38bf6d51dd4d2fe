// The stand-in as one thing: `startAws()` puts the services behind the proxy and says how to reach them.

import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { createCertificateAuthority, type CertificateAuthority } from './ca.ts';
import { createCalls, type Calls } from './calls.ts';
import { createClock, type Clock } from './clock.ts';
import { createCodeCommit, type CodeCommit } from './codecommit.ts';
import { AwsError, type AwsRequest, type Call, type Reply, type Route } from './exchange.ts';
import { createFaults, type Fault, type Faults } from './faults.ts';
import { endpointOf } from './hosts.ts';
import { iamRoute } from './iam.ts';
import { createLogin, type Login } from './login.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { createSignIn, type ConsoleSignIn } from './signin.ts';
import { ssoOidcRoute } from './sso-oidc.ts';
import { ssoPortalRoute } from './sso-portal.ts';
import { stsRoute } from './sts.ts';
import { World } from './world.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export type Aws = {
  /** What a client needs to reach the stand-in by AWS's real host names. */
  readonly env: { readonly HTTPS_PROXY: string; readonly AWS_CA_BUNDLE: string };
  readonly world: World;
  readonly clock: Clock;
  readonly calls: Calls;
  readonly faults: Faults;
  readonly proxy: Proxy;
  /** Console sign-ins carried through, in order. */
  readonly signIns: readonly ConsoleSignIn[];
  readonly login: Pick<Login, 'signIn' | 'revoke'>;
  readonly codecommit: Pick<CodeCommit, 'pathOf'>;
  /** Ages everything issued by this many ms; see clock.ts. */
  advance(ms: number): void;
  /** Ends every connection, also the hung ones, and removes the CA file. */
  stop(): Promise<void>;
};

/** Starts the stand-in; `routes` are asked before the built-in services. */
export async function startAws(options: { readonly routes?: readonly Route[] } = {}): Promise<Aws> {
  const clock = createClock();
  const world = new World(clock);
  const calls = createCalls();
  const faults = createFaults();
  const ca = createCertificateAuthority();
  const signIn = createSignIn();
  const login = createLogin(signIn.route);
  const codecommit = createCodeCommit();
  const routes = [
    ...(options.routes ?? []),
    stsRoute,
    iamRoute,
    ssoOidcRoute,
    ssoPortalRoute,
    login.route,
    codecommit.route,
  ];
  const routeOf = (host: string): Route | undefined => routes.find((route) => route.serves(host));

  const server = tlsServer(ca, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const proxy = await startProxy(
    (host) => routeOf(host) !== undefined,
    (socket) => server.emit('connection', socket),
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = namedHost(request);
    const route = host === undefined ? undefined : routeOf(host);
    if (host === undefined || route === undefined) {
      return send(response, { status: 421, body: 'the Host header is not the TLS server name\n' });
    }
    if (proxy.mode.kind === 'captive') return send(response, captivePage(proxy.mode.status));
    const body = await readBody(request);
    const { method = 'GET', url: target = '/', headers } = request;
    const awsRequest: AwsRequest = { method, host, target, headers, body };
    const call = calls.add({
      operation: route.operation(awsRequest),
      service: route.service,
      host,
      region: endpointOf(host)?.region ?? '',
      who: '',
      accessKeyId: '',
      status: 0,
      error: '',
      at: clock.wall(),
    });
    const fault = faults.next(call.operation);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'drop') {
      response.destroy();
      return;
    }
    if (fault?.kind === 'delay') await sleep(fault.ms ?? 0);
    const reply = faultReply(fault, route, call) ?? (await answer(route, awsRequest, call));
    if (fault?.kind === 'drop-after') {
      response.destroy();
      return;
    }
    call.status = reply.status;
    response.setHeader('date', new Date(clock.wall()).toUTCString());
    send(response, reply);
  }

  async function answer(route: Route, request: AwsRequest, call: Call): Promise<Reply> {
    try {
      return await route.handle(request, { world, clock, call });
    } catch (error) {
      return failure(route, call, error);
    }
  }

  return {
    env: { HTTPS_PROXY: proxy.url, AWS_CA_BUNDLE: ca.file },
    world,
    clock,
    calls,
    faults,
    proxy,
    signIns: signIn.completed,
    login,
    codecommit,
    advance: (ms) => clock.advance(ms),
    stop: async () => {
      await proxy.stop();
      server.closeAllConnections();
      codecommit.stop();
      ca.dispose();
    },
  };
}

/** A TLS server that never listens: the proxy hands it its sockets. */
function tlsServer(
  ca: CertificateAuthority,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  return createServer(
    {
      // Without a server name there is no way to know which host is meant; such a handshake fails.
      SNICallback: (name, done) => done(null, ca.contextFor(name.toLowerCase())),
      ALPNProtocols: ['http/1.1'],
    },
    listener,
  );
}

/** The host both TLS and HTTP name; undefined where they differ. */
function namedHost(request: IncomingMessage): string | undefined {
  const { socket } = request;
  const name = socket instanceof TLSSocket ? socket.servername : false;
  const host = (request.headers.host ?? '').toLowerCase().replace(/:443$/, '');
  return typeof name === 'string' && name.toLowerCase() === host ? host : undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) throw new Error('request body too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function faultReply(fault: Fault | undefined, route: Route, call: Call): Reply | undefined {
  switch (fault?.kind) {
    case 'throttle':
      return failure(route, call, new AwsError('Throttling', 'Rate exceeded', 400));
    case 'slow-down':
      return failure(route, call, new AwsError('ServiceUnavailable', 'Service is unavailable', 503));
    case 'internal':
      return failure(
        route,
        call,
        new AwsError('InternalFailure', 'The request processing has failed due to some unknown error.', 500),
      );
    case 'html':
      return {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html><body>Bad Gateway</body></html>\n',
      };
    default:
      return undefined;
  }
}

/** Anything but an AwsError is a bug of the stand-in: it is answered like AWS's own bugs, with its text. */
function failure(route: Route, call: Call, error: unknown): Reply {
  const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
  call.error = known.code;
  return route.renderError(known);
}

function captivePage(status: 200 | 302): Reply {
  const headers = { 'content-type': 'text/html' };
  return status === 302
    ? { status, headers: { ...headers, location: 'https://portal.example/sign-in' }, body: '' }
    : {
        status,
        headers,
        body: '<!DOCTYPE html><html><body>Please sign in to the guest network</body></html>\n',
      };
}

function send(response: ServerResponse, reply: Reply): void {
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  response.statusCode = reply.status;
  response.end(reply.body ?? '');
}
