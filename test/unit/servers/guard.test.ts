// The rest of the guard is held to a table against the running servers, in test/servers.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { ServedRequest } from '../../../src/core/ports/http.ts';
import { carriesSecret, refusalOf } from '../../../src/servers/guard.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createCrypto } from '../../../src/system/crypto.ts';

const HOST = '127.0.0.1:8080';
const GOOD: ServedRequest = {
  method: 'GET',
  target: '/',
  rawHeaders: ['Host', HOST],
  peer: '127.0.0.1',
  host: HOST,
};

/** Any text, and every other time the one that counts. */
function oftenThis(text: string): fc.Arbitrary<string> {
  return fc.oneof(fc.constant(text), fc.string({ unit: 'binary-ascii' }));
}

describe('the guard', () => {
  it('lets through what an SDK sends', () => assert.equal(refusalOf(GOOD, ['GET']), undefined));

  it('serves this computer alone', () => {
    for (const peer of [
      undefined,
      '',
      '10.0.0.1',
      '169.254.169.254',
      '::ffff:10.0.0.1',
      'fe80::1',
      '128.0.0.1',
    ]) {
      assert.equal(refusalOf({ ...GOOD, peer }, ['GET'])?.status, 403, peer);
    }
  });

  it('no Host but ours, whatever the headers', () => {
    fc.assert(
      fc.property(fc.array(oftenThis(HOST), { maxLength: 4 }), (hosts) => {
        const rawHeaders = hosts.flatMap((host) => ['hOsT', host]);
        const refused = refusalOf({ ...GOOD, rawHeaders }, ['GET']) !== undefined;
        assert.equal(refused, hosts.length !== 1 || hosts[0] !== HOST);
      }),
    );
  });

  it('serves no web page and no body', () => {
    const refused = (...more: readonly string[]): number | undefined =>
      refusalOf({ ...GOOD, rawHeaders: [...GOOD.rawHeaders, ...more] }, ['GET'])?.status;
    for (const site of ['cross-site', 'same-site', 'same-origin', 'NONE', '']) {
      assert.equal(refused('Sec-Fetch-Site', site), 403, site);
    }
    assert.equal(refused('sec-fetch-site', 'none'), undefined);
    assert.equal(refused('sec-fetch-site', 'none', 'sec-fetch-site', 'same-origin'), 403);
    for (const length of ['1', '00', '-0', '0, 1', '']) {
      assert.equal(refused('Content-Length', length), 413, length);
    }
    assert.equal(refused('Content-Length', '0'), undefined);
    assert.equal(refused('Content-Length', '0', 'content-length', '5'), 413);
    assert.equal(refused('Transfer-Encoding', 'identity'), 413);
  });

  it('a secret is that secret, once', () => {
    const crypto = createCrypto();
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.array(oftenThis('SECRET'), { maxLength: 3 }),
        (secret, given) => {
          const values = given.map((value) => (value === 'SECRET' ? secret : value));
          const rawHeaders = values.flatMap((value) => ['Authorization', value]);
          const carried = carriesSecret(rawHeaders, 'authorization', new Secret(secret), crypto);
          assert.equal(carried, values.length === 1 && values[0] === secret);
          assert.ok(carriesSecret(['AUTHORIZATION', secret], 'authorization', new Secret(secret), crypto));
        },
      ),
    );
  });
});
