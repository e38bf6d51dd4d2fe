import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCliError } from '../../../../src/core/errors.ts';
import { keysOf } from '../../../../src/system/terminal/keys.ts';

/** The keys of a text that arrives at once and then ends: characters, and `ESC` with the sequence after it. */
async function keysIn(text: string): Promise<readonly string[]> {
  const bytes = Buffer.from(text).values();
  const keys: string[] = [];
  try {
    for await (const key of keysOf({
      next: async () => bytes.next().value,
      giveBack: () => {},
      write: () => {},
      signal: new AbortController().signal,
    })) {
      keys.push(key.text ?? `ESC${key.sequence}`);
    }
  } catch (error) {
    assert.ok(isCliError(error) && error.kind === 'interrupted');
  }
  return keys;
}

describe('the keys of a terminal', () => {
  for (const [what, typed, expected] of [
    ['characters of any length in UTF-8', 'aé人🔑', ['a', 'é', '人', '🔑']],
    ['arrows, in either mode of the keypad', '\u001B[Ax\u001BOBx', ['ESC[A', 'x', 'ESCOB', 'x']],
    ['keys with a number', '\u001B[15~x\u001B[1;5Cx', ['ESC[15~', 'x', 'ESC[1;5C', 'x']],
    ['function keys with a modifier', '\u001BO5Px', ['ESCO5P', 'x']],
    ['function keys of the Linux console', '\u001B[[Ax\u001B[[Ex', ['ESC[[A', 'x', 'ESC[[E', 'x']],
    ['a character with Alt', '\u001Bqx', ['ESCq', 'x']],
    ['Escape before a control character', '\u001B\rx', ['ESC', '\r', 'x']],
    ['Escape twice', '\u001B\u001B[Ax', ['ESC', 'ESC[A', 'x']],
  ] as const) {
    it(what, async () => {
      assert.deepEqual(await keysIn(typed), expected);
    });
  }
});
