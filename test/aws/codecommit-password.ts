// Verifies the user name and password git sends to CodeCommit: nothing of it is shared with what makes them.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Caller } from './entities.ts';
import { AwsError, type AwsRequest, type Context } from './exchange.ts';
import type { Endpoint } from './hosts.ts';

const LIFE_MS = 15 * 60_000;
const AHEAD_MS = 5 * 60_000;

/**
 * Finds out who a request is from. `repositoryPath` (`v1/repos/NAME`) is what must have been signed.
 * @throws AwsError 401 for a request without credentials, which makes git ask its helpers, and 403 for bad ones
 */
export function verifyGitPassword(
  request: AwsRequest,
  repositoryPath: string,
  endpoint: Endpoint,
  context: Context,
): Caller {
  const { username, password } = basicCredentials(request);
  const [, accessKeyId = '', token] = /^([A-Z0-9]+)(?:%(.+))?$/s.exec(username) ?? [];
  context.call.accessKeyId = accessKeyId;
  const caller = context.world.caller(accessKeyId);
  if (caller === undefined || caller.account.partition !== endpoint.partition) {
    throw forbidden('the access key is unknown here');
  }
  if (token !== caller.session?.sessionToken) throw forbidden('the session token is not that of the key');
  if (caller.session !== undefined && caller.session.expires <= context.clock.age()) {
    throw forbidden('the session has expired');
  }
  const [, timestamp = '', signature = ''] = /^(\d{8}T\d{6})Z([0-9a-f]{64})$/.exec(password) ?? [];
  checkTime(timestamp, context.clock.wall());
  const host = (request.headers.host ?? '').replace(/:443$/, '');
  const expected = sign(caller.secretAccessKey, timestamp, endpoint.region, `/${repositoryPath}`, host);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw forbidden('the signature is not that of the key for this host and path');
  }
  context.call.who = caller.arn;
  return caller;
}

function basicCredentials(request: AwsRequest): { readonly username: string; readonly password: string } {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) throw new AwsError('Unauthorized', 'credentials are needed', 401);
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { username: text.slice(0, Math.max(colon, 0)), password: text.slice(colon + 1) };
}

function checkTime(timestamp: string, now: number): void {
  const signed = Date.parse(
    timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  // NaN, of a password that is none, is in no range.
  if (signed > now - LIFE_MS && signed <= now + AHEAD_MS) return;
  throw forbidden('the signature has expired or is not yet current');
}

/** The signature of `GIT path`, in hexadecimal digits. */
function sign(secret: string, timestamp: string, region: string, path: string, host: string): string {
  const date = timestamp.slice(0, 8);
  const scope = [date, region, 'codecommit', 'aws4_request'];
  const canonical = ['GIT', path, '', `host:${host}`, '', 'host', ''].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), digest].join('\n');
  const key = scope.reduce(
    (parent, part) => createHmac('sha256', parent).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

function forbidden(message: string): AwsError {
  return new AwsError('Forbidden', message, 403);
}
