import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base32Decode, totpCode, totpStep } from '../../aws/totp.ts';

test('codes are those of RFC 6238, appendix B, cut to six digits', () => {
  // "12345678901234567890" in base32.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  assert.equal(base32Decode(secret).toString(), '12345678901234567890');
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const) {
    assert.equal(totpCode(secret, totpStep(seconds * 1000)), code);
  }
});

test('base32 takes small letters and padding, and nothing else', () => {
  assert.equal(base32Decode('mzxw6ytboi======').toString(), 'foobar');
  assert.throws(() => base32Decode('MZXW1'), /not base32/);
});
