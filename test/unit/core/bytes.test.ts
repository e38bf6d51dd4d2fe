import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import * as fc from 'fast-check';
import { exactText, fromBase64, toBase64, toHex } from '../../../src/core/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 64 });

describe('bytes', () => {
  it('are written as the runtime writes them', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        assert.equal(toHex(value), Buffer.from(value).toString('hex'));
        assert.equal(toBase64(value), Buffer.from(value).toString('base64'));
      }),
    );
  });

  it('come back from base64', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        assert.deepEqual(fromBase64(toBase64(value)), value);
      }),
    );
    for (const text of ['=', 'ab=c', 'ä', 'a']) assert.equal(fromBase64(text), undefined, text);
  });
});

test('a text that is written again gives the same bytes, and other bytes are none', () => {
  for (const text of ['', '\uFEFF# mine\r\n', 'caf\u00E9 \u{1F511}']) {
    assert.equal(exactText(Buffer.from(text)), text);
  }
  for (const broken of [[0xe9], [0xff, 0xfe, 0x23, 0], [0xed, 0xa0, 0x80]]) {
    assert.equal(exactText(Uint8Array.from(broken)), undefined);
  }
});
