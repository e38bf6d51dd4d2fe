import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/core/secret.ts';
import { decodeSignIn, encodeSignIn } from '../../../src/sources/sso-record.ts';
import type { SsoSignIn } from '../../../src/sources/sso-record.ts';

const signIn: SsoSignIn = {
  token: { accessToken: new Secret('a'), refreshToken: new Secret('r'), expiresAt: 1000 },
  client: { clientId: 'c', clientSecret: new Secret('s'), expiresAt: 2000, grant: 'device' },
};
const fields = JSON.parse(encodeSignIn(signIn)) as Record<string, unknown>;

test('a sign-in comes back as it was', () => {
  const back = decodeSignIn(encodeSignIn(signIn));
  assert.ok(back !== undefined);
  assert.equal(encodeSignIn(back), encodeSignIn(signIn));
  assert.equal(back.client.grant, 'device');
  const { refreshToken: _none, ...plain } = signIn.token;
  const without = decodeSignIn(encodeSignIn({ ...signIn, token: plain }));
  assert.equal(without?.token.refreshToken, undefined);
});

for (const [what, change] of [
  ['of another version', { version: 2 }],
  ['of no version', { version: undefined }],
  ['without an access token', { accessToken: '' }],
  ['whose token is no text', { accessToken: 7 }],
  ['without an end', { expiresAt: undefined }],
  ['whose end is text', { expiresAt: '1000' }],
  ['without a client', { clientId: undefined }],
  ['without the secret of its client', { clientSecret: undefined }],
  ['whose client has no end', { clientExpiresAt: undefined }],
] as const) {
  test(`a record ${what} is none`, () => {
    assert.equal(decodeSignIn(JSON.stringify({ ...fields, ...change })), undefined);
  });
}

test('damaged text is none', () => {
  for (const text of ['', '{', 'null', '[]', '7']) assert.equal(decodeSignIn(text), undefined);
});
