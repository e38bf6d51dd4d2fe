import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createCrypto } from '../../../src/system/crypto.ts';

const SOURCE = join(import.meta.dirname, '../../../src');
const crypto = createCrypto();

describe('equal', () => {
  it('is true for the same bytes, and for no others', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        assert.equal(crypto.equal(a, Uint8Array.from(a)), true);
        assert.equal(crypto.equal(a, b), Buffer.from(a).equals(b));
        assert.equal(crypto.equal(a, Uint8Array.from([...a, 0])), false);
      }),
    );
  });

  // No test can see how long a comparison takes, so these look at the source.
  it('compares in constant time', () => {
    const source = readFileSync(join(SOURCE, 'system/crypto.ts'), 'utf8');
    assert.match(source, /equal: .*\.timingSafeEqual\(a, b\),/);
  });

  it('is how the servers compare secrets: none stands beside an operator', () => {
    const compared = /\.reveal\(\)\s*[!=]==|[!=]==\s*[\w.[\]?!]*\.reveal\(\)/;
    const files = globSync('servers/*.ts', { cwd: SOURCE });
    assert.ok(files.length > 0);
    for (const file of files) assert.doesNotMatch(readFileSync(join(SOURCE, file), 'utf8'), compared, file);
  });
});
