import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credentials } from '../../../../src/core/credentials.ts';
import { Secret } from '../../../../src/core/secret.ts';
import { decodeCredentials, encodeCredentials } from '../../../../src/vault/sessions/credentials-codec.ts';

const NOW = Date.UTC(2026, 0, 1);
const SESSION: Credentials = {
  accessKeyId: 'ASIAQQQQQQQQQQQQ7777',
  secretAccessKey: new Secret('made-up/secret+of+forty+characters+00000'),
  sessionToken: new Secret('made-up-token'),
  expiresAt: NOW + 1000,
};

test('a session comes back as it was until it ends', () => {
  const text = encodeCredentials(SESSION);
  const back = decodeCredentials(text, NOW);
  assert.ok(back !== undefined);
  assert.equal(encodeCredentials(back), text);
  assert.equal(decodeCredentials(text, NOW + 1000), undefined);
  assert.equal(decodeCredentials(text, NOW + 1e9), undefined);
});

for (const [what, change] of [
  ['without its token', { sessionToken: undefined }],
  ['whose token has blanks', { sessionToken: 'two\nlines' }],
  ['without a secret', { secretAccessKey: undefined }],
  ['whose id is no text', { accessKeyId: 7 }],
  ['whose secret is empty', { secretAccessKey: '' }],
] as const) {
  test(`a session ${what} is none`, () => {
    const fields = JSON.parse(encodeCredentials(SESSION)) as object;
    assert.equal(decodeCredentials(JSON.stringify({ ...fields, ...change }), NOW), undefined);
  });
}

test('damaged text is none', () => {
  for (const text of ['', '{', '[]', '7', '{"accessKeyId":'])
    assert.equal(decodeCredentials(text, NOW), undefined);
});
