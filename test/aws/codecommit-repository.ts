// Bare repositories on disk, and git's own server side (git-http-backend(1)) over them.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import type { Repository } from './entities.ts';
import type { AwsRequest, Reply } from './exchange.ts';

// The configuration of whoever runs the tests stays out of it.
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** Makes a bare repository whose branch `main` holds the files, in one commit. */
export function initRepository(path: string, files: Repository['files']): void {
  mkdirSync(dirname(path), { recursive: true });
  git(['init', '--quiet', '--bare', '--initial-branch=main', path]);
  git(['-C', path, 'config', 'http.receivepack', 'true']);
  if (files === undefined) return;
  const entries = Object.entries(files).map(
    ([name, content]) => `M 100644 inline ${name}\ndata ${Buffer.byteLength(content)}\n${content}\n`,
  );
  const commit = `commit refs/heads/main\ncommitter Made Up <made.up@example.com> 1800000000 +0000\ndata 5\nfirst\n`;
  git(['-C', path, 'fast-import', '--quiet'], `${commit}${entries.join('')}`);
}

function git(args: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync('git', args, { env: ENVIRONMENT, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

/** Hands one request to `git http-backend` as a web server would (RFC 3875). */
export async function gitHttpBackend(options: {
  readonly request: AwsRequest;
  readonly repository: string;
  readonly rest: string;
  readonly query: string;
}): Promise<Reply> {
  const { request, repository, rest, query } = options;
  const { headers } = request;
  const child = spawn('git', ['http-backend'], {
    env: {
      ...ENVIRONMENT,
      GIT_PROJECT_ROOT: repository,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'caller',
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method,
      PATH_INFO: rest,
      QUERY_STRING: query,
      CONTENT_TYPE: headers['content-type'] ?? '',
      CONTENT_LENGTH: String(request.body.length),
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
  });
  // A backend that refuses early closes its input; what it answers says why.
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(request.body);
  const [output, errors] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  const end = output.indexOf('\r\n\r\n');
  if (end === -1) throw new Error(`git http-backend: ${errors}`);
  return cgiReply(output.subarray(0, end).toString('latin1'), output.subarray(end + 4));
}

function cgiReply(head: string, body: Buffer): Reply {
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = line.split(/: */, 2);
    headers[name.toLowerCase()] = value;
  }
  const { status, ...rest } = headers;
  return { status: Number.parseInt(status ?? '200', 10), headers: rest, body };
}
