import type { Host } from '../ports/system.ts';
import { printable } from '../printable.ts';
import type { Proxy } from '../proxy.ts';

/** The call that failed, as far as its error message needs it. */
export interface FailedCall {
  /** The IAM action: `sts:AssumeRole`. */
  readonly action: string;
  readonly host: string;
  readonly proxy?: Pick<Proxy, 'display' | 'variable'> | undefined;
  readonly accessKeyId?: string | undefined;
  readonly mfaSerial?: string | undefined;
  readonly profile?: string | undefined;
  readonly os: Host['os'];
  /** The local time when the call failed, in milliseconds since the epoch. */
  readonly now: number;
}

/** The parts of an SDK or system error that say what happened. Any of them may be missing: empty or undefined. */
export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  /** The error code in AWS's response, else the error's name. */
  readonly awsCode: string;
  /** The code of the system, of OpenSSL or of Node: `ECONNRESET`. */
  readonly systemCode: string;
  readonly status: number | undefined;
  /** True if the response was an AWS error document. */
  readonly fromService: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** The HTTP status of a proxy that refused to open a tunnel. */
  readonly proxyStatus: number | undefined;
}

/** AWS's message as part of ours: one line, no control characters, no full stop, at most 1,000 characters and `...`. */
export function sentence(raw: string): string {
  const line = printable(raw.replaceAll(/\s+/g, ' ').trim()).replace(/\.$/, '');
  return line.length > 1000 ? `${line.slice(0, 1000)}...` : line;
}

/** Reads the facts from anything thrown. Header names come out in lower case. */
export function factsOf(error: unknown): ErrorFacts {
  const metadata = field(error, '$metadata');
  const rawHeaders = field(field(error, '$response'), 'headers');
  const headers: Record<string, string> = {};
  if (typeof rawHeaders === 'object' && rawHeaders !== null) {
    for (const [name, value] of Object.entries(rawHeaders)) headers[name.toLowerCase()] = String(value);
  }
  const systemCode = text(field(error, 'code'));
  return {
    name: text(field(error, 'name')),
    message: text(field(error, 'message')),
    awsCode: text(field(error, 'Code')) || text(field(error, 'name')),
    systemCode,
    status: number(field(metadata, 'httpStatusCode')),
    // The SDK names an error document without a code `Unknown`.
    fromService: field(error, '$fault') !== undefined && field(error, 'name') !== 'Unknown',
    headers,
    proxyStatus: systemCode === 'ERR_PROXY_TUNNEL' ? number(field(error, 'statusCode')) : undefined,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
