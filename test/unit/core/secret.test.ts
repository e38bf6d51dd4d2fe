import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from '../../../src/core/secret.ts';

const VALUE = 'made-up/secret';
const secret = new Secret(VALUE);
const inside = { key: secret, list: [secret], map: new Map([[1, secret]]) };

test('reveal gives the value', () => assert.equal(secret.reveal(), VALUE));

for (const [how, shown] of [
  ['String', String(secret)],
  ['JSON', JSON.stringify(inside)],
  ['inspect', inspect(inside, { depth: 9, showHidden: true })],
  ['format', format('%s %o %j', secret, secret, secret)],
  ['its keys', JSON.stringify([Object.keys(secret), Object.entries(secret), Object.assign({}, secret)])],
  ['an error', inspect(new Error('x', { cause: secret }))],
] as const) {
  test(`${how} does not`, () => {
    assert.ok(!shown.includes(VALUE), shown);
    assert.ok(!shown.includes('made-up'), shown);
  });
}

test('what is shown instead is the same for every secret', () => {
  assert.equal(String(secret), '****');
  assert.equal(JSON.stringify({ secret }), '{"secret":"****"}');
  assert.equal(String(new Secret('')), '****');
});
