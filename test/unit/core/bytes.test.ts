import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { fromBase64, toBase64, toHex } from '../../../src/core/bytes.ts';

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
