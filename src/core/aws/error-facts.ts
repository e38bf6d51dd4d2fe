import type { Host } from '../ports/system.ts';
import { printable } from '../printable.ts';
import type { Proxy } from '../proxy.ts';

/** What was asked, of whom and with what: the words of the error for it. */
export interface FailedCall {
  /** As IAM names it: `sts:AssumeRole`. */
  readonly action: string;
  readonly host: string;
  readonly proxy?: Pick<Proxy, 'display' | 'variable'> | undefined;
  readonly accessKeyId?: string | undefined;
  readonly mfaSerial?: string | undefined;
  readonly profile?: string | undefined;
  readonly os: Host['os'];
  /** The local clock when the response arrived, milliseconds since the epoch. */
  readonly now: number;
}

/** The parts of an SDK or system error that say what happened; every one may be missing. */
export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  /** AWS's error code in the response, else the error's name. */
  readonly awsCode: string;
  /** errno, OpenSSL or Node code. */
  readonly systemCode: string;
  readonly status: number | undefined;
  /** True when the SDK read an AWS error document. */
  readonly fromService: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** HTTP status of a proxy that did not open a tunnel. */
  readonly proxyStatus: number | undefined;
}

/** AWS's message in a form that fits into ours: one line, no control characters, no full stop, of limited length. */
export function sentence(raw: string): string {
  const line = printable(raw.replaceAll(/\s+/g, ' ').trim()).replace(/\.$/, '');
  return line.length > 1000 ? `${line.slice(0, 1000)}...` : line;
}

/** Reads those parts out of anything thrown. */
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
    // The SDK's name for an error document without a code.
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
