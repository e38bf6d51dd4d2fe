/** A loopback port to which a browser is redirected (RFC 8252, section 7.3). */
export interface Redirect {
  /** `http://127.0.0.1:PORT` and the path of the redirect. */
  readonly uri: string;
  /** The query of the first request to the path that `accepts` returns true for; any other request gets an error page. */
  received(accepts: (query: URLSearchParams) => boolean): Promise<URLSearchParams>;
  /** Frees the port and ends every connection: at once if it is silent, else after a second for the response. */
  close(): Promise<void>;
}

export interface LocalRequest {
  readonly url: string;
  readonly method?: 'GET' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** Time limit for the connection, in milliseconds. */
  readonly connectMilliseconds: number;
  /** Time limit for the whole request, in milliseconds. */
  readonly timeoutMilliseconds: number;
}

export interface LocalResponse {
  readonly status: number;
  readonly body: string;
}

/** A request to our server, unchecked. */
export interface ServedRequest {
  readonly method: string;
  /** The request target, as in the request line. */
  readonly target: string;
  /** As received, `[name, value, name, value, ...]`: a parsed form would hide duplicates. */
  readonly rawHeaders: readonly string[];
  /** The IP address of the client. */
  readonly peer: string | undefined;
  /** `127.0.0.1:PORT`, on which the server listens. */
  readonly host: string;
}

export interface ServedResponse {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LocalServer {
  readonly port: number;
  /** Frees the port and ends every connection. */
  close(): Promise<void>;
}
