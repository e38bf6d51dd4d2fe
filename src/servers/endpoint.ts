import { isCliError, messageOf } from '../core/errors.ts';
import type { LocalServer, ServedResponse, ServedRequest } from '../core/ports/http.ts';
import type { System } from '../core/ports/system.ts';
import { refusalOf } from './guard.ts';

export interface Answer {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Responds to the requests that the guard lets through. */
export interface Endpoint {
  /** The HTTP methods that it serves. */
  readonly methods: readonly string[];
  /** Throws for bugs only. */
  answer(request: ServedRequest): Promise<Answer>;
}

/** Serves an endpoint on a loopback port, behind the guard. Throws as `serveLocal`. */
export function serveEndpoint(
  endpoint: Endpoint,
  port: number,
  { serveLocal, out }: Pick<System, 'serveLocal' | 'out'>,
): Promise<LocalServer> {
  return serveLocal(port, async (request) => {
    const refusal = refusalOf(request, endpoint.methods);
    if (refusal !== undefined) return rendered(failure(refusal.status, refusal.message));
    try {
      return rendered(await endpoint.answer(request));
    } catch (error) {
      // An endpoint responds to every expected failure, so this is a bug.
      out.error(messageOf(error));
      return rendered(failure(500, failureText(error)));
    }
  });
}

/** An error response in the form of the container endpoint: `Code` and `Message`. */
export function failure(status: number, message: string): Answer {
  return { status, body: { Code: status < 500 ? 'Refused' : 'Unavailable', Message: message } };
}

/** The part of a failure that a client may see: a CliError's message, and no details of a bug. */
export function failureText(error: unknown): string {
  return isCliError(error) ? error.message : 'ccvault failed; see its standard error';
}

function rendered({ status, body, headers }: Answer): ServedResponse {
  const json = typeof body !== 'string';
  return {
    status,
    body: json ? JSON.stringify(body) : body,
    headers: {
      'content-type': json ? 'application/json' : 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  };
}
