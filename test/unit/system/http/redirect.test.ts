import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
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
