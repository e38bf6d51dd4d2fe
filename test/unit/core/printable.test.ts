import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { jsonDocument, printable } from '../../../src/core/printable.ts';

for (const [text, shown] of [
  ['plain text, ünïcödé, 日本語, 😀', 'plain text, ünïcödé, 日本語, 😀'],
  ['\u001B[31mred', '\\u{1b}[31mred'],
  ['two\nlines\tand a tab\r', 'two\\u{a}lines\\u{9}and a tab\\u{d}'],
  ['nul\0del\u007F', 'nul\\u{0}del\\u{7f}'],
  ['\u009B31m', '\\u{9b}31m'],
  ['safe\u202Egpj.exe', 'safe\\u{202e}gpj.exe'],
  ['\u2066\u2069\u200E\u200F\u061C', '\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{61c}'],
  ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
  ['\uD800 and \uDC00', '\\u{d800} and \\u{dc00}'],
  ['\uFEFFmark\u200Bzero\u2060', '\\u{feff}mark\\u{200b}zero\\u{2060}'],
  ['tag\u{E0041}', 'tag\\u{e0041}'],
] as const) {
  test(`printable shows ${JSON.stringify(text)} as ${shown}`, () => {
    assert.equal(printable(text), shown);
  });
}

// Spelt out by number rather than by property, so that it does not repeat the code it checks.
function actsOnTerminal(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0x61c ||
    code === 0xfeff
  );
}

const anyText = fc.string({
  unit: fc
    .oneof(
      fc.integer({ min: 0, max: 0xff }),
      fc.integer({ min: 0x2000, max: 0x2070 }),
      fc.integer({ min: 0xd7f0, max: 0xe010 }),
      fc.constantFrom(0x61c, 0xfeff, 0x1f600),
    )
    .map((code) => String.fromCodePoint(code)),
});

test('no output holds a character that acts on a terminal, and doing it twice changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = printable(text);
      for (const char of shown) assert.equal(actsOnTerminal(char.codePointAt(0) ?? 0), false);
      assert.equal(printable(shown), shown);
    }),
  );
});

test('text without such characters comes back as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) }),
      (text) => {
        assert.equal(printable(text), text);
      },
    ),
  );
});

test('a JSON document holds none either, and says the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const document = jsonDocument({ [text]: [text] });
      for (const char of document.replaceAll('\n', '')) {
        assert.equal(actsOnTerminal(char.codePointAt(0) ?? 0), false);
      }
      assert.deepEqual(JSON.parse(document), { [text]: [text] });
    }),
  );
  assert.equal(jsonDocument('tag\u{E0041}'), '"tag\\udb40\\udc41"\n');
});
