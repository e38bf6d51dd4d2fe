// The AWS query protocol: form parameters in, XML out (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).

import { AwsError, type AwsRequest, type Reply } from './exchange.ts';
import { requestId } from './ids.ts';

/** A result to render: nested elements, arrays become `member` lists, undefined is left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** The parameters of a request: the form in the body, and those of the query string. */
export function queryParameters(request: AwsRequest): URLSearchParams {
  const query = request.target.split('?')[1] ?? '';
  const type = request.headers['content-type'] ?? '';
  const form = type.startsWith('application/x-www-form-urlencoded') ? request.body.toString('utf8') : '';
  return new URLSearchParams([query, form].filter((part) => part !== '').join('&'));
}

/** Refuses another API version than the service's, and an operation it does not have. */
export function requireOperation(
  parameters: URLSearchParams,
  version: string,
  known: (action: string) => boolean,
): string {
  const action = parameters.get('Action');
  if (action === null) throw new AwsError('MissingAction', 'Missing Action', 400);
  const asked = parameters.get('Version') ?? 'NO_VERSION_SPECIFIED';
  if (asked !== version || !known(action)) {
    throw new AwsError('InvalidAction', `Could not find operation ${action} for version ${asked}`, 400);
  }
  return action;
}

/** `Name.member.1`, `Name.member.2` ... in order; of structures, the field that `suffix` names. */
export function listParameter(parameters: URLSearchParams, name: string, suffix = ''): string[] {
  const values: string[] = [];
  for (let n = 1; parameters.has(`${name}.member.${n}${suffix}`); n++) {
    values.push(parameters.get(`${name}.member.${n}${suffix}`) ?? '');
  }
  return values;
}

export function renderResult(namespace: string, action: string, result: XmlValue | null): Reply {
  const inner = result === null ? '' : element(`${action}Result`, result);
  const id = requestId();
  const meta = element('ResponseMetadata', { RequestId: id });
  return xmlReply(200, id, `<${action}Response xmlns="${namespace}">${inner}${meta}</${action}Response>`);
}

export function renderQueryError(namespace: string, error: AwsError): Reply {
  const id = requestId();
  const inner = element('Error', {
    Type: error.status < 500 ? 'Sender' : 'Receiver',
    Code: error.code,
    Message: error.message,
  });
  const body = `<ErrorResponse xmlns="${namespace}">${inner}${element('RequestId', id)}</ErrorResponse>`;
  return xmlReply(error.status, id, body);
}

function xmlReply(status: number, id: string, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id }, body: `${body}\n` };
}

function element(name: string, value: XmlValue): string {
  return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

function content(value: XmlValue): string {
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, 'Z');
  if (isList(value)) return value.map((item) => element('member', item)).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, inner]) => element(name, inner))
      .join('');
  }
  return escapeXml(String(value));
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
