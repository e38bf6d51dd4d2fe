// The console's federation end point: temporary credentials in, a sign-in token and a signed-in browser out.

import { randomBytes } from 'node:crypto';
import type { Session } from './entities.ts';
import { AwsError, type AwsRequest, type Context, type Reply, type Route } from './exchange.ts';
import { partitionOfRegion } from './hosts.ts';
import { queryParameters } from './query-protocol.ts';

/** Sign-in host and console host of each partition; both also exist with `REGION.` in front. */
const CONSOLES: ReadonlyMap<string, readonly [signin: string, console: string]> = new Map([
  ['aws', ['signin.aws.amazon.com', 'console.aws.amazon.com']],
  ['aws-cn', ['signin.amazonaws.cn', 'console.amazonaws.cn']],
  ['aws-us-gov', ['signin.amazonaws-us-gov.com', 'console.amazonaws-us-gov.com']],
  ['aws-eusc', ['signin.amazonaws-eusc.eu', 'console.amazonaws-eusc.eu']],
  ['aws-iso', ['signin.c2shome.ic.gov', 'console.c2shome.ic.gov']],
  ['aws-iso-b', ['signin.sc2shome.sgov.gov', 'console.sc2shome.sgov.gov']],
  ['aws-iso-e', ['signin.csphome.adc-e.uk', 'console.csphome.adc-e.uk']],
  ['aws-iso-f', ['signin.csphome.hci.ic.gov', 'console.csphome.hci.ic.gov']],
]);

/** AWS: the sign-in URL is good for 15 minutes. */
const TOKEN_LIFE_MS = 15 * 60_000;

export type ConsoleSignIn = {
  readonly who: string;
  readonly destination: string;
  readonly issuer: string;
  /** Seconds asked for; undefined: as long as the credentials. */
  readonly sessionDuration: number | undefined;
  /** How the token was asked for: POST keeps the secret out of URLs. */
  readonly method: string;
};

type Issued = {
  readonly session: Session;
  readonly expires: number;
  readonly sessionDuration: number | undefined;
  readonly method: string;
};

export type SignIn = { readonly route: Route; readonly completed: ConsoleSignIn[] };

/** Makes the end point; `completed` lists the sign-ins a browser carried through, in order. */
export function createSignIn(): SignIn {
  const issued = new Map<string, Issued>();
  const completed: ConsoleSignIn[] = [];

  function handle(request: AwsRequest, context: Context): Reply {
    const parameters = queryParameters(request);
    if (request.target.split('?')[0] !== '/federation') throw new AwsError('NotFound', 'Not Found', 404);
    const action = parameters.get('Action');
    if (action === 'getSigninToken') return getSigninToken(request, parameters, context);
    if (action === 'login') return login(request, parameters, context);
    throw badRequest('Action is missing or not one of getSigninToken and login');
  }

  function getSigninToken(request: AwsRequest, parameters: URLSearchParams, context: Context): Reply {
    const partition = partitionOfHost(request.host, 0);
    if (request.method === 'POST' && partition !== 'aws' && partition !== 'aws-cn') {
      throw new AwsError('MethodNotAllowed', 'Method Not Allowed', 405);
    }
    const session = checkSession(request.host, parameters, context);
    const sessionDuration = checkDuration(parameters, session);
    const token = randomBytes(400).toString('base64url');
    const { method } = request;
    issued.set(token, { session, sessionDuration, method, expires: context.clock.age() + TOKEN_LIFE_MS });
    context.call.who = session.arn;
    context.call.accessKeyId = session.accessKeyId;
    const body = JSON.stringify({ SigninToken: token });
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }

  function login(request: AwsRequest, parameters: URLSearchParams, context: Context): Reply {
    if (request.method !== 'GET') throw badRequest('login takes GET');
    const entry = issued.get(parameters.get('SigninToken') ?? '');
    if (entry === undefined || entry.expires <= context.clock.age()) {
      throw badRequest('Token is invalid or expired');
    }
    const destination = parameters.get('Destination') ?? '';
    if (!isConsole(destination, entry.session.account.partition)) {
      throw badRequest('Destination is not a console URL');
    }
    const { session, sessionDuration, method } = entry;
    context.call.who = session.arn;
    completed.push({
      who: session.arn,
      destination,
      issuer: parameters.get('Issuer') ?? '',
      sessionDuration,
      method,
    });
    const cookie = `aws-userInfo=${encodeURIComponent(JSON.stringify({ arn: session.arn }))}; Secure; HttpOnly`;
    return { status: 302, headers: { location: destination, 'set-cookie': cookie }, body: '' };
  }

  const route: Route = {
    service: 'signin',
    serves: (host) => partitionOfHost(host, 0) !== undefined,
    operation: (request) => queryParameters(request).get('Action') ?? 'Unknown',
    handle,
    renderError: (error) => ({
      status: error.status,
      headers: { 'content-type': 'text/html' },
      body: `<html><head><title>Amazon Web Services Sign-In</title></head><body><p>Error: ${error.message}</p></body></html>\n`,
    }),
  };
  return { route, completed };
}

function badRequest(message: string): AwsError {
  return new AwsError('BadRequest', message, 400);
}

/** The partition whose sign-in (0) or console (1) host this is, with or without a region of that partition. */
function partitionOfHost(host: string, which: 0 | 1): string | undefined {
  for (const [partition, hosts] of CONSOLES) {
    const base = hosts[which];
    if (host === base) return partition;
    const region = host.endsWith(`.${base}`) ? host.slice(0, -base.length - 1) : '';
    if (partitionOfRegion(region) === partition) return partition;
  }
  return undefined;
}

function isConsole(destination: string, partition: string): boolean {
  const url = URL.parse(destination);
  return url !== null && url.protocol === 'https:' && partitionOfHost(url.hostname, 1) === partition;
}

/** The issued session the JSON in `Session` spells out, all three parts of it. */
function checkSession(host: string, parameters: URLSearchParams, context: Context): Session {
  const session = context.world.session(sessionField(parameters, 'sessionId'));
  if (
    session === undefined ||
    session.secretAccessKey !== sessionField(parameters, 'sessionKey') ||
    session.sessionToken !== sessionField(parameters, 'sessionToken') ||
    session.account.partition !== partitionOfHost(host, 0) ||
    session.expires <= context.clock.age()
  ) {
    throw badRequest('Session credentials are invalid or expired');
  }
  if (session.kind === 'GetSessionToken') {
    throw badRequest('Session must be from AssumeRole or GetFederationToken');
  }
  return session;
}

function sessionField(parameters: URLSearchParams, name: string): string {
  try {
    const value: unknown = JSON.parse(parameters.get('Session') ?? '');
    if (typeof value !== 'object' || value === null) return '';
    const field: unknown = Reflect.get(value, name);
    return typeof field === 'string' ? field : '';
  } catch {
    return '';
  }
}

/**
 * `SessionDuration` goes with role credentials made straight from a long-term key (or a web identity);
 * with a chain's or a federated user's AWS refuses it (IAM User Guide, custom identity broker).
 */
function checkDuration(parameters: URLSearchParams, session: Session): number | undefined {
  const text = parameters.get('SessionDuration');
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : 0;
  if (session.chained || session.kind === 'GetFederationToken' || seconds < 900 || seconds > 43_200) {
    throw badRequest('SessionDuration is invalid');
  }
  return seconds;
}
