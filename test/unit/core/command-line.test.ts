import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { array, assert as holds, property, string } from 'fast-check';
import { ccvaultCommand, commandLine, shellWord } from '../../../src/core/command-line.ts';
import { codePoint } from '../../support/code-point.ts';
import { runs } from '../../support/fuzz.ts';

describe('command lines to paste', () => {
  for (const [text, word] of [
    ['prod', 'prod'],
    ['team/prod.admin@eu-west-1', 'team/prod.admin@eu-west-1'],
    ['', "''"],
    ['q r', "'q r'"],
    ["it's", `'it'\\''s'`],
    ['x;touch${IFS}pwned;', "'x;touch${IFS}pwned;'"],
    ['~root', "'~root'"],
    ['=ls', "'=ls'"],
    ['a=b', 'a=b'],
    ['*', "'*'"],
    ['#x', "'#x'"],
    ['日本', "'日本'"],
  ] as const) {
    it(`${JSON.stringify(text)} is written ${word}`, () => assert.equal(shellWord(text), word));
  }

  it('puts -- before an operand that looks like an option', () => {
    assert.equal(ccvaultCommand('add', { operands: ['prod'] }), 'ccvault add prod');
    assert.equal(ccvaultCommand('add', { operands: ['-f'] }), 'ccvault add -- -f');
    assert.equal(
      ccvaultCommand('refresh', { options: ['-d', '4h'], operands: ['--x y'] }),
      "ccvault refresh -d 4h -- '--x y'",
    );
    assert.equal(ccvaultCommand('list'), 'ccvault list');
  });

  it('reaches a program of a real shell as it was', () => {
    const words = array(
      string({ unit: codePoint }).map((text) => text.replaceAll('\0', '')),
      { minLength: 1 },
    );
    holds(
      property(words, (given) => {
        const clean = given.map((word) => Buffer.from(word).toString());
        const line = `for word in ${commandLine(...clean)}; do printf '%s\\0' "$word"; done`;
        const shown = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
        assert.deepEqual(shown.split('\0').slice(0, -1), clean);
      }),
      runs(60),
    );
  });
});
