import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { fits } from '../../../../src/core/sso/pattern.ts';

describe('a pattern', () => {
  const table: readonly (readonly [text: string, pattern: string, fitting: boolean])[] = [
    ['Production', 'prod', true],
    ['Production', 'duct', true],
    ['Production', 'x', false],
    ['Production', '', true],
    ['Production', 'prod*', true],
    ['Non-Production', 'prod*', false],
    ['Non-Production', '*prod*', true],
    ['Production', 'produ?tion', true],
    ['Production', '?', false],
    ['Production', '**n', true],
    ['a.b', 'a?b*', true],
    ['axb', 'a.b', false],
    ['É', 'e\u0301', true],
    ['abcabd', '*abd', true],
  ];
  for (const [text, pattern, fitting] of table) {
    it(`${fitting ? 'takes' : 'leaves'} ${text} for ${JSON.stringify(pattern)}`, () => {
      assert.equal(fits(text, pattern), fitting);
    });
  }

  it('agrees with a regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const signs = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(letters, signs, (text, pattern) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        const wanted = /[*?]/.test(pattern) ? new RegExp(`^${source}$`).test(text) : text.includes(pattern);
        assert.equal(fits(text, pattern), wanted);
      }),
    );
  });
});
