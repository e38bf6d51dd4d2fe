// The AWS REST JSON protocol (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html).

import { AwsError, type AwsRequest, type Reply } from './exchange.ts';
import { requestId } from './ids.ts';

/** The body's members; throws InvalidRequestException for anything but a JSON object. */
export function jsonBody(request: AwsRequest): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return new Map(Object.entries(value));
  } catch {
    // Answered below.
  }
  throw new AwsError('InvalidRequestException', 'The request body is not a JSON object', 400);
}

export function text(body: ReadonlyMap<string, unknown>, name: string): string {
  const value = body.get(name);
  return typeof value === 'string' ? value : '';
}

export function list(body: ReadonlyMap<string, unknown>, name: string): readonly string[] {
  const value = body.get(name);
  return Array.isArray(value) ? value.map(String) : [];
}

export function renderJson(status: number, body: object): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId() },
    body: JSON.stringify(body),
  };
}

/** An error whose code stands in a header; `body` is what the service says besides. */
export function renderJsonError(error: AwsError, body: object): Reply {
  const reply = renderJson(error.status, body);
  return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': error.code } };
}
