import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, it } from 'node:test';
import type { Redirect } from '../../../../src/core/ports/http.ts';
import { receiveRedirect } from '../../../../src/system/http/redirect.ts';

const PATH = '/oauth/callback';

let redirect: Redirect;
beforeEach(async () => {
  redirect = await receiveRedirect(PATH);
});
afterEach(() => redirect.close());

interface Page {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

function visit(
  target: string,
  options: { method?: string; headers?: OutgoingHttpHeaders } = {},
): Promise<Page> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(target, redirect.uri), options, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode, type: response.headers['content-type'], body }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

const accepts = (query: URLSearchParams): boolean => query.get('state') === 's';

it('takes the redirect it waits for and answers with plain text', async () => {
  assert.match(redirect.uri, /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
  const received = redirect.received(accepts);
  const page = await visit(`${PATH}?state=s&code=c&x=<script>`);
  assert.equal(page.status, 200);
  assert.equal(page.type, 'text/plain; charset=utf-8');
  assert.match(page.body, /^Signed in/);
  assert.ok(!page.body.includes('script'));
  assert.equal((await received).get('code'), 'c');
});

it('takes it once, and goes on waiting through anything else', async () => {
  const received = redirect.received(accepts);
  const { port } = new URL(redirect.uri);
  for (const [target, options] of [
    [`${PATH}?state=other&code=c`, {}],
    [`${PATH}?code=c`, {}],
    [`/other?state=s&code=c`, {}],
    [`${PATH}?state=s&code=c`, { method: 'POST' }],
    [`${PATH}?state=s&code=c`, { headers: { host: `evil.example.com:${port}` } }],
    [`${PATH}?state=s&code=c`, { headers: { host: `localhost:${port}` } }],
    [`${PATH}?state=s&code=c`, { headers: { origin: 'https://evil.example.com' } }],
  ] as const) {
    assert.equal((await visit(target, options)).status, 400, JSON.stringify([target, options]));
  }
  assert.equal((await visit(`${PATH}?state=s&error=denied`)).status, 200);
  assert.equal((await received).get('error'), 'denied');
  assert.equal((await visit(`${PATH}?state=s&code=c`)).status, 400);
});

it('takes nothing before it is asked to, and frees the port', async () => {
  assert.equal((await visit(`${PATH}?state=s`)).status, 400);
  const { uri } = redirect;
  await redirect.close();
  await assert.rejects(visit(uri), { code: 'ECONNREFUSED' });
  redirect = await receiveRedirect(PATH);
});

it('ends what is silent, drips or keeps on reading when its work is done', { timeout: 20_000 }, async () => {
  const { port } = new URL(redirect.uri);
  const strangers = await Promise.all(
    ['', 'G', `GET ${PATH} HTTP/1.1\r\nHost: x\r\nX-Slow: x`].map(async (said) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      await once(socket, 'connect');
      socket.write(said);
      return { closed: once(socket, 'close') };
    }),
  );
  const received = redirect.received(accepts);
  assert.match((await visit(`${PATH}?state=s&code=c`)).body, /^Signed in/);
  await received;
  await redirect.close();
  await Promise.all(strangers.map(({ closed }) => closed));
  redirect = await receiveRedirect(PATH);
});

it('is reached past as many silent connections as there may be', { timeout: 20_000 }, async () => {
  const { port } = new URL(redirect.uri);
  const strangers = Array.from({ length: 400 }, () =>
    connect(Number(port), '127.0.0.1').on('error', () => {}),
  );
  await once(strangers.at(-1) ?? assert.fail(), 'connect');
  const received = redirect.received(accepts);
  assert.match((await visit(`${PATH}?state=s&code=c`)).body, /^Signed in/);
  await received;
  for (const socket of strangers) socket.destroy();
});
