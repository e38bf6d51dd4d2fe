/** A loopback port that waits for a browser to be sent back to it (RFC 8252, section 7.3). */
export interface Redirect {
  /** `http://127.0.0.1:PORT` and the path asked for. */
  readonly uri: string;
  /** The query of the first request to that path that `accepts` returns true for; any other request gets an error page. */
  received(accepts: (query: URLSearchParams) => boolean): Promise<URLSearchParams>;
  /** Frees the port and ends every connection, a silent one at once. */
  close(): Promise<void>;
}

export interface LocalRequest {
  readonly url: string;
  readonly method?: 'GET' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** For the connection; milliseconds. */
  readonly connectMilliseconds: number;
  /** For the whole response; milliseconds. */
  readonly timeoutMilliseconds: number;
}

export interface LocalResponse {
  readonly status: number;
  readonly body: string;
}

/** A request to a server of ours, before anyone has looked at it. */
export interface ServedRequest {
  readonly method: string;
  /** As in the request line. */
  readonly target: string;
  /** As they came, `[name, value, name, value, ...]`: a parsed form hides what was sent twice. */
  readonly rawHeaders: readonly string[];
  /** The address of the other end. */
  readonly peer: string | undefined;
  /** `127.0.0.1:PORT`, under which we serve. */
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
