import { request as httpRequest } from 'node:http';
import { CliError } from '../../core/errors.ts';
import type { AwsSettings } from '../../core/ports/aws.ts';
import type { LocalResponse, LocalRequest } from '../../core/ports/http.ts';
import type { CaBundlePlace } from '../aws/ca-bundle.ts';
import { errorCode } from '../system-errors.ts';

const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Sends one request to the credential endpoint of a container or an instance. Uses no proxy, follows no redirect and
 * keeps no connection open: a run sends a few requests at most. A response has 1 MiB at most. `caBundle` replaces the
 * built-in certificates for https. Throws CliError `aws` with code `network`, and `config` for an unusable CA bundle.
 */
export async function requestLocal(
  request: LocalRequest,
  caBundle: AwsSettings['caBundle'],
  place: CaBundlePlace,
): Promise<LocalResponse> {
  const url = new URL(request.url);
  const { promise, resolve, reject } = Promise.withResolvers<LocalResponse>();
  const options = {
    method: request.method ?? 'GET',
    headers: request.headers ?? {},
    agent: false as const,
    signal: AbortSignal.timeout(request.timeoutMilliseconds),
  };
  const outgoing =
    url.protocol === 'https:' ? await overTls(url, options, caBundle, place) : httpRequest(url, options);
  const timer = setTimeout(() => outgoing.destroy(timeoutError()), request.connectMilliseconds);
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => clearTimeout(timer));
    else clearTimeout(timer);
  });
  outgoing.once('error', reject);
  outgoing.once('response', (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) outgoing.destroy(new Error('the response is longer than 1 MB'));
    });
    response.once('error', reject);
    response.once('end', () => {
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
    });
  });
  outgoing.end();
  try {
    return await promise;
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    clearTimeout(timer);
  }
}

async function overTls(
  url: URL,
  options: { method: string; headers: Readonly<Record<string, string>>; agent: false; signal: AbortSignal },
  caBundle: AwsSettings['caBundle'],
  place: CaBundlePlace,
): Promise<ReturnType<typeof httpRequest>> {
  const [{ request }, { readCaBundle }] = await Promise.all([
    import('node:https'),
    import('../aws/ca-bundle.ts'),
  ]);
  const ca = caBundle === undefined ? {} : { ca: [...readCaBundle(caBundle, place)] };
  return request(url, { ...options, ...ca });
}

function timeoutError(): Error {
  return Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
}

function unreachable(url: URL, error: unknown): CliError {
  const code = errorCode(error);
  const timedOut =
    code === 'ETIMEDOUT' || (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name));
  const reason = timedOut
    ? 'no response in time'
    : (code ?? (error instanceof Error ? error.message : String(error)));
  return new CliError('aws', `cannot reach ${url.host}: ${reason}`, { code: 'network', cause: error });
}
