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

/** Responds to requests that the guard let through. */
export interface Endpoint {
  readonly methods: readonly string[];
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
      // Endpoints respond to every expected failure; this is a bug.
      out.error(messageOf(error));
      return rendered(failure(500, failureText(error)));
    }
  });
}

/** As the SDKs read errors of the container endpoint: `Code` and `Message`. */
export function failure(status: number, message: string): Answer {
  return { status, body: { Code: status < 500 ? 'Refused' : 'Unavailable', Message: message } };
}

/** What a client may read of a failure: sentences made for people, and nothing of a bug's inside. */
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
