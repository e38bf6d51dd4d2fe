// Verifies Signature Version 4 in the Authorization header, with AWS's refusals in AWS's words.
// The canonical request is aws4's: code that neither ccvault nor its SDK signs with.

import { createHash, timingSafeEqual } from 'node:crypto';
import aws4 from 'aws4';
import type { Caller } from './entities.ts';
import { AwsError, invalidClientToken, type AwsRequest, type Context } from './exchange.ts';
import { endpointOf, mustBeEnabled, type Endpoint } from './hosts.ts';

const MAX_SKEW_MS = 5 * 60_000;

type Authorization = {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
};

/**
 * Finds out who signed a request, and notes it in the call's log line.
 * @throws AwsError MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, ExpiredToken or
 *   SignatureDoesNotMatch
 */
export function verifySignature(request: AwsRequest, context: Context): Caller {
  const endpoint = endpointOf(request.host);
  if (endpoint === undefined) throw mismatch('Credential should be scoped to a valid region. ');
  const authorization = parseAuthorization(request);
  context.call.accessKeyId = authorization.accessKeyId;
  const caller = findCaller(request, context, authorization.accessKeyId, endpoint);
  const amzDate = header(request, 'x-amz-date');
  checkDate(amzDate, context.clock.wall());
  checkScope(authorization, amzDate, endpoint);
  checkSignedHeaders(request, authorization.signedHeaders);
  checkBodyHash(request);
  if (!signaturesEqual(expectedSignature(request, authorization, amzDate, caller), authorization.signature)) {
    throw mismatch(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  context.call.who = caller.arn;
  if (caller.key !== undefined) {
    caller.key.lastUsed = {
      at: context.clock.age(),
      service: authorization.service,
      region: authorization.region,
    };
  }
  return caller;
}

function mismatch(message: string): AwsError {
  return new AwsError('SignatureDoesNotMatch', message, 403);
}

function header(request: AwsRequest, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function parseAuthorization(request: AwsRequest): Authorization {
  const value = header(request, 'authorization');
  if (value === '') {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const fields =
    /^AWS4-HMAC-SHA256 +Credential=([A-Z0-9]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/.exec(
      value,
    );
  if (fields === null || header(request, 'x-amz-date') === '') {
    throw new AwsError(
      'IncompleteSignature',
      'Authorization header requires Credential, SignedHeaders and Signature of AWS4-HMAC-SHA256 and an X-Amz-Date header.',
      400,
    );
  }
  const [, accessKeyId = '', date = '', region = '', service = '', signed = '', signature = ''] = fields;
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature };
}

function findCaller(request: AwsRequest, context: Context, accessKeyId: string, endpoint: Endpoint): Caller {
  const caller = context.world.caller(accessKeyId);
  const token = header(request, 'x-amz-security-token');
  if (caller === undefined || caller.account.partition !== endpoint.partition) throw invalidClientToken();
  if (mustBeEnabled(endpoint) && !caller.account.enabledRegions.has(endpoint.region))
    throw invalidClientToken();
  // A long-term key that comes with a token is as wrong as a temporary one without its own.
  if (token !== (caller.session?.sessionToken ?? '')) throw invalidClientToken();
  if (caller.session !== undefined && caller.session.expires <= context.clock.age()) {
    throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403);
  }
  return caller;
}

function checkDate(amzDate: string, now: number): void {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate) ?? [];
  const signed = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  if (Number.isNaN(signed)) {
    throw new AwsError(
      'IncompleteSignature',
      `Date must be in ISO-8601 'basic format'. Got '${amzDate}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      400,
    );
  }
  if (signed < now - MAX_SKEW_MS) {
    throw mismatch(
      `Signature expired: ${amzDate} is now earlier than ${basic(now - MAX_SKEW_MS)} (${basic(now)} - 5 min.)`,
    );
  }
  if (signed > now + MAX_SKEW_MS) {
    throw mismatch(
      `Signature not yet current: ${amzDate} is still later than ${basic(now + MAX_SKEW_MS)} (${basic(now)} + 5 min.)`,
    );
  }
}

/** ISO 8601 in its basic format, seconds. */
function basic(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}

function checkScope(authorization: Authorization, amzDate: string, endpoint: Endpoint): void {
  if (authorization.date !== amzDate.slice(0, 8)) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.date}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`,
    );
  }
  if (authorization.region !== endpoint.region) {
    throw mismatch('Credential should be scoped to a valid region. ');
  }
  if (authorization.service !== endpoint.service) {
    throw mismatch(`Credential should be scoped to correct service: '${endpoint.service}'. `);
  }
}

function checkSignedHeaders(request: AwsRequest, signed: readonly string[]): void {
  if (!signed.includes('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-amz-') && !signed.includes(name)) {
      throw mismatch(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
}

function checkBodyHash(request: AwsRequest): void {
  const claimed = header(request, 'x-amz-content-sha256');
  if (claimed !== '' && claimed !== createHash('sha256').update(request.body).digest('hex')) {
    throw mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
}

function expectedSignature(
  request: AwsRequest,
  authorization: Authorization,
  amzDate: string,
  caller: Caller,
): string {
  const { signedHeaders, region, service } = authorization;
  const signer = new aws4.RequestSigner(
    {
      service,
      region,
      method: request.method,
      path: request.target,
      body: request.body,
      headers: Object.fromEntries(signedHeaders.map((name) => [name, header(request, name)])),
      // What aws4 would leave out of its own signatures may well be in someone else's.
      extraHeadersToInclude: Object.fromEntries(signedHeaders.map((name) => [name, true] as const)),
      doNotModifyHeaders: true,
    },
    { accessKeyId: caller.accessKeyId, secretAccessKey: caller.secretAccessKey },
  );
  signer.datetime = amzDate;
  return signer.signature();
}

function signaturesEqual(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
