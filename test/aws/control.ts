// A plain-http port on loopback by which tests in other processes steer and question the stand-in.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { FAULT_KINDS, type Fault } from './faults.ts';
import { listenOnLoopback } from './listen.ts';
import { shownCode } from './mfa.ts';
import type { ProxyMode } from './proxy.ts';
import type { Aws } from './server.ts';
import { applyWorldFile, parseWorldFile } from './world-file.ts';

export type Control = { readonly url: string; stop(): Promise<void> };

/**
 * Starts the control port. All bodies and answers are JSON.
 *
 * - `POST /advance {"ms"}` ages what was issued; `POST /skew {"ms"}` sets the wall clock off
 * - `POST /faults FAULT` adds one; `DELETE /faults` ends all
 * - `POST /proxy MODE` changes what the proxy does
 * - `POST /world WORLD` adds to the world and answers what was made
 * - `POST /sso {browser}` says what people do in a browser; `POST /sso/revoke {all}` ends tokens, and sessions too
 * - `GET /calls` the log and the counts; `DELETE /calls` empties them; `GET /sign-ins`; `GET /hosts`
 * - `GET /totp?serial=ARN[&ahead=N]` a device's code, as plain text
 */
export async function startControl(aws: Aws): Promise<Control> {
  const server = createServer((request, response) => {
    respond(aws, request, response).catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(aws: Aws, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await answer(aws, request);
    const plain = typeof body === 'string';
    response.setHeader('content-type', plain ? 'text/plain' : 'application/json');
    response.end(`${plain ? body : JSON.stringify(body)}\n`);
  } catch (error) {
    response.statusCode = 400;
    response.end(`${String(error)}\n`);
  }
}

async function answer(aws: Aws, request: IncomingMessage): Promise<object | string> {
  const url = new URL(request.url ?? '/', 'http://control');
  const body = await text(request);
  switch (`${request.method ?? ''} ${url.pathname}`) {
    case 'POST /advance':
      aws.advance(milliseconds(body));
      return {};
    case 'POST /skew':
      aws.clock.skew(milliseconds(body));
      return {};
    case 'POST /faults':
      aws.faults.add(parseFault(body));
      return {};
    case 'DELETE /faults':
      aws.faults.clear();
      return {};
    case 'POST /proxy':
      aws.proxy.mode = parseMode(body);
      return {};
    case 'POST /world':
      return applyWorldFile(aws.world, parseWorldFile(body));
    case 'POST /sso': {
      const browser = fields(body).get('browser');
      if (browser !== 'approve' && browser !== 'deny' && browser !== 'nothing' && browser !== 'elsewhere')
        throw new Error('no such deed');
      aws.world.sso.browser = browser;
      return {};
    }
    case 'POST /sso/revoke':
      aws.world.sso.revoke(fields(body).get('all') === true);
      return {};
    case 'GET /calls':
      return { log: aws.calls.log, counts: aws.calls.counts() };
    case 'DELETE /calls':
      aws.calls.clear();
      return {};
    case 'GET /sign-ins':
      return aws.signIns;
    case 'GET /hosts':
      return aws.proxy.hosts;
    case 'GET /totp': {
      const device = aws.world.device(url.searchParams.get('serial') ?? '');
      if (device === undefined) throw new Error('no such device');
      return shownCode(aws.clock, device, Number(url.searchParams.get('ahead') ?? 0));
    }
    default:
      throw new Error('no such control');
  }
}

function fields(body: string): ReadonlyMap<string, unknown> {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return new Map(Object.entries(value));
}

function milliseconds(body: string): number {
  const ms = fields(body).get('ms');
  if (typeof ms !== 'number') throw new Error('ms is not a number');
  return ms;
}

function parseFault(body: string): Fault {
  const given = fields(body);
  const operation = given.get('operation');
  const kind = FAULT_KINDS.find((one) => one === given.get('kind'));
  if (typeof operation !== 'string' || kind === undefined) throw new Error('not a fault');
  const [nth, times, ms] = ['nth', 'times', 'ms'].map((name) => given.get(name));
  return {
    operation,
    kind,
    ...(typeof nth === 'number' && { nth }),
    ...(typeof times === 'number' && { times }),
    ...(typeof ms === 'number' && { ms }),
  };
}

function parseMode(body: string): ProxyMode {
  const given = fields(body);
  const kind = given.get('kind');
  switch (kind) {
    case 'pass':
    case 'refuse':
    case 'hang':
    case 'drop':
      return { kind };
    case 'captive':
      return { kind, status: given.get('status') === 302 ? 302 : 200 };
    case 'auth':
      return { kind, user: String(given.get('user')), password: String(given.get('password')) };
    default:
      throw new Error('not a proxy mode');
  }
}
