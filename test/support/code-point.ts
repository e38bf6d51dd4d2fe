import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

// The surrogates, which stand for no character by themselves.
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const LAST_CODE_POINT = 0x10ffff;

/**
 * The unit of strings of any characters, as `unit: 'binary'` of fast-check: that one first lists all 1.1 million
 * characters, which takes most of a second in each test file.
 */
export const codePoint: Arbitrary<string> = fc.integer({ min: 0, max: LAST_CODE_POINT - SURROGATES }).map(
  (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
  (character) => {
    const code = typeof character === 'string' ? character.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== character) throw new Error('no character');
    return code < FIRST_SURROGATE ? code : code - SURROGATES;
  },
);
