// Requests to the byte, as no HTTP client would send them.

import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Sends the text to a loopback port and reads until the other end closes. */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => chunks.push(chunk));
    // A reset is an end like any other.
    socket.on('error', () => {});
    socket.on('close', () => {
      const answer = Buffer.concat(chunks).toString('latin1');
      const end = answer.indexOf('\r\n\r\n');
      resolve({
        status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0),
        headers: answer.slice(0, Math.max(end, 0)),
        body: answer.slice(end + 4),
      });
    });
  });
}

/** A request of these lines, ended as HTTP ends it. */
export function request(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** The variables in `export NAME='VALUE'` lines. */
export function exported(output: string): ReadonlyMap<string, string> {
  return new Map(
    [...output.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
