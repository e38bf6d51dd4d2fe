// What a request, an answer and a host handler of the stand-in are. Further services plug in as one `Route` each.

import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from './clock.ts';
import type { World } from './world.ts';

export type AwsRequest = {
  readonly method: string;
  readonly host: string;
  /** Path and query as they came, undecoded. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
};

/** One line of the log of calls. */
export type Call = {
  readonly operation: string;
  readonly service: string;
  readonly host: string;
  readonly region: string;
  /** The caller's ARN; empty until the signature was found good, and for unsigned calls. */
  who: string;
  /** Access key id that signed; empty for unsigned calls. */
  accessKeyId: string;
  /** HTTP status answered; 0 where no answer was sent. */
  status: number;
  /** The error code answered, empty for success. */
  error: string;
  /** Wall clock of the stand-in, ms. */
  readonly at: number;
};

export type Context = {
  readonly world: World;
  readonly clock: Clock;
  /** The log line of this very call, for handlers to fill in `who`. */
  readonly call: Call;
};

/** One service under the host names it serves; the first route that serves a host gets the request. */
export type Route = {
  readonly service: string;
  /** Whether this lower-case host name is one of the service's; names no route serves do not exist. */
  serves(host: string): boolean;
  /** The operation's name for the log and for faults; must not throw. */
  operation(request: AwsRequest): string;
  /** Answers, or throws an AwsError. */
  handle(request: AwsRequest, context: Context): Reply | Promise<Reply>;
  /** An error in the protocol of this service. */
  renderError(error: AwsError): Reply;
};

/** An error AWS answers with. `status` is the HTTP one. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

export function accessDenied(message: string): AwsError {
  return new AwsError('AccessDenied', message, 403);
}

/** The error for a key that is unknown, inactive, of another partition or of a kind this service does not take. */
export function invalidClientToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
}
