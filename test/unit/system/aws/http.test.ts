import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { describe, it } from 'node:test';
import { isCliError } from '../../../../src/core/errors.ts';
import { Transport } from '../../../../src/system/aws/http.ts';
import type { Request } from '../../../../src/system/aws/http.ts';
import { listenOnLoopback } from '../../../aws/listen.ts';

/** What the handler gives for an answer: its status, or the code of the error. */
async function outcomeOf(listener: RequestListener, answersInHtml = false): Promise<string> {
  const server = createServer(listener);
  const port = await listenOnLoopback(server);
  const route = { host: '', proxy: undefined, status: undefined };
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path: '/',
    query: {},
    headers: {},
  };
  try {
    const handler = new Transport({}, undefined, answersInHtml).handler(route);
    const { response } = await handler.handle(request as unknown as Request);
    return String(response.statusCode);
  } catch (error) {
    if (isCliError(error)) return error.code ?? error.message;
    throw error;
  } finally {
    assert.equal(route.host, '127.0.0.1');
    server.closeAllConnections();
    server.close();
  }
}

const AWS = { 'x-amzn-requestid': 'r', 'content-type': 'text/xml' };

describe('an answer to an AWS call', () => {
  it('is passed on where it is from AWS, errors too', async () => {
    for (const status of [200, 400, 403, 500, 503]) {
      assert.equal(
        await outcomeOf((_request, response) => response.writeHead(status, AWS).end('<x/>')),
        String(status),
      );
    }
  });

  for (const html of [false, true]) {
    it(`is a stranger's where it sends elsewhere, whatever its headers${html ? ', of a service of web pages too' : ''}`, async () => {
      for (const status of [301, 302, 303, 307, 308]) {
        const headers = { ...AWS, location: 'http://127.0.0.1:9/' };
        assert.equal(
          await outcomeOf((_request, response) => response.writeHead(status, headers).end(), html),
          'captive-portal',
        );
      }
    });
  }

  it('is a stranger’s where it is a web page, but for services of web pages', async () => {
    const page: RequestListener = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    assert.equal(await outcomeOf(page), 'captive-portal');
    assert.equal(await outcomeOf(page, true), '200');
  });

  it('is at most a megabyte', async () => {
    const long =
      (bytes: number): RequestListener =>
      (_request, response) =>
        response.writeHead(200, AWS).end('x'.repeat(bytes));
    assert.equal(await outcomeOf(long(1024 * 1024)), '200');
    assert.equal(await outcomeOf(long(1024 * 1024 + 1)), 'captive-portal');
  });
});

describe('the proxy of a request', () => {
  it('is the same for a call and for a look at the head, also where NO_PROXY names a port', async (t) => {
    const [direct, proxy] = [204, 418].map((status) =>
      createServer((_request, response) => response.writeHead(status).end()),
    ) as [Server, Server];
    const port = await listenOnLoopback(direct);
    const proxyPort = await listenOnLoopback(proxy);
    t.after(() => {
      for (const server of [direct, proxy]) {
        server.closeAllConnections();
        server.close();
      }
    });
    // This computer, under an address that is not one of those that are never proxied.
    const request = { method: 'HEAD', protocol: 'http:', hostname: '0.0.0.0', port, path: '/', query: {} };
    const sent = { ...request, headers: { connection: 'close' } } as unknown as Request;
    for (const [exceptions, expected] of [
      ['0.0.0.0', 204],
      [`0.0.0.0:${port}`, 204],
      ['0.0.0.0:80', 418],
      ['', 418],
    ] as const) {
      const env = { http_proxy: `http://127.0.0.1:${proxyPort}`, NO_PROXY: exceptions };
      const transport = new Transport(env, undefined, true);
      assert.equal((await transport.answerTo(sent)).status, expected, exceptions);
      const route = { host: '', proxy: undefined, status: undefined };
      const { response } = await transport.handler(route).handle(sent);
      assert.equal(response.statusCode, expected, exceptions);
    }
  });
});
