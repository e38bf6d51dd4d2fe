import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { proxyFor } from '../../../src/core/proxy.ts';
import { requires } from '../../support/requires.ts';

test('proxyFor decides as curl does', { skip: requires('curl') }, async (context) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const own = `127.0.0.1:${address.port}`;
  const dead = '127.0.0.1:1';

  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ['https://a.invalid/', {}],
    ['https://a.invalid/', { https_proxy: own }],
    ['https://a.invalid/', { HTTPS_PROXY: `http://${own}` }],
    ['https://a.invalid/', { https_proxy: own, HTTPS_PROXY: dead }],
    ['https://a.invalid/', { https_proxy: '', HTTPS_PROXY: own }],
    ['http://a.invalid/', { http_proxy: own }],
    ['http://a.invalid/', { https_proxy: own }],
    ['https://a.invalid/', { http_proxy: own }],
    ['https://a.invalid/', { https_proxy: `me:p%3Aw@${own}` }],
    ...[
      'a.invalid',
      '.a.invalid',
      'A.Invalid.',
      'invalid',
      '.invalid',
      'nvalid',
      '*',
      '*.invalid',
      'b, *',
      'b,a.invalid',
      'b a.invalid',
      'b\ta.invalid',
      ',,a.invalid,',
      'x.a.invalid',
      'a.invalid/8',
      '',
    ].map((list) => ['https://a.invalid/', { https_proxy: own, no_proxy: list }] as const),
    ['https://a.invalid/', { https_proxy: own, no_proxy: '', NO_PROXY: 'a.invalid' }],
    ['https://a.invalid/', { https_proxy: own, no_proxy: 'b', NO_PROXY: 'a.invalid' }],
    // From the documentation ranges (RFC 5737, RFC 3849): nothing answers there.
    ...[
      '192.0.2.7',
      '192.0.2.0/24',
      '192.0.2.0/29',
      '192.0.3.0/24',
      '192.0.2.8/29',
      '2.7',
      '192.0.2.0/33',
      '.7',
    ].map((list) => ['https://192.0.2.7/', { https_proxy: own, no_proxy: list }] as const),
    ...['2001:db8::7', '2001:db8::8', '2001:db9::/32'].map(
      (list) => ['https://[2001:db8::7]/', { https_proxy: own, no_proxy: list }] as const,
    ),
  ];
  for (const [url, env] of cases) {
    asked.length = 0;
    await curl(url, env);
    const throughProxy = asked.length > 0;
    assert.equal(proxyFor(url, env) !== undefined, throughProxy, `${url} ${JSON.stringify(env)}`);
  }
});

async function curl(url: string, env: Record<string, string>): Promise<void> {
  const child = spawn('curl', ['-q', '-s', '--max-time', '0.5', '-o', '/dev/null', url], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'ignore',
  });
  await once(child, 'exit');
}
