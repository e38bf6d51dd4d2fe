import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import type { LocalResponse } from '../../../../src/core/ports/http.ts';
import { filesOf } from '../../../support/files.ts';
import { createHost } from '../../../../src/system/host.ts';
import { requestLocal } from '../../../../src/system/http/local-http.ts';
import { listenOnLoopback } from '../../../aws/listen.ts';
import { cliErrorOf } from '../../../support/system-aws.ts';

async function ask(listener: RequestListener, path = '/'): Promise<LocalResponse> {
  const server = createServer(listener);
  const port = await listenOnLoopback(server);
  try {
    const limits = { connectMilliseconds: 5000, timeoutMilliseconds: 5000 };
    const request = { url: `http://127.0.0.1:${port}${path}`, ...limits };
    return await requestLocal(request, undefined, {
      env: {},
      files: filesOf(''),
      host: createHost({}, () => ['ccvault']),
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const MEGABYTE = 1024 * 1024;

describe('a request to a local endpoint', () => {
  it('gives status and body', async () => {
    const answer = await ask((_request, response) => response.writeHead(418).end('tea'));
    assert.deepEqual(answer, { status: 418, body: 'tea' });
  });

  it('takes a megabyte and no byte more', async () => {
    const whole = await ask((_request, response) => response.end('x'.repeat(MEGABYTE)));
    assert.equal(whole.body.length, MEGABYTE);
    const error = await cliErrorOf(ask((_request, response) => response.end('x'.repeat(MEGABYTE + 1))));
    assert.equal(error.code, 'network');
    assert.match(error.message, /longer than 1 MB/);
  });

  it('follows no redirect', async () => {
    const asked: (string | undefined)[] = [];
    const answer = await ask((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    assert.equal(answer.status, 302);
    assert.deepEqual(asked, ['/']);
  });

  it('says which endpoint broke off', async () => {
    const error = await cliErrorOf(ask((request) => request.socket.destroy()));
    assert.equal(error.code, 'network');
    assert.match(error.message, /cannot reach 127\.0\.0\.1:\d+: ECONNRESET/);
  });
});
