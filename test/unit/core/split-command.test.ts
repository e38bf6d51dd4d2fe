import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { splitCommand } from '../../../src/core/split-command.ts';
import { requires } from '../../support/requires.ts';

// What botocore makes of each line on Linux and on Windows; null where it refuses it.
const SPLITTER = `
import json, sys
from botocore.compat import compat_shell_split as split
def attempt(line, platform):
    try:
        return split(line, platform)
    except ValueError:
        return None
json.dump([[attempt(line, 'linux'), attempt(line, 'win32')] for line in json.load(sys.stdin)], sys.stdout)
`;

function botocore(lines: readonly string[]): readonly (readonly [string[] | null, string[] | null])[] {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', SPLITTER], {
    input: JSON.stringify(lines),
    encoding: 'utf8',
    env: { ...process.env, PYTHONUTF8: '1' },
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

function noBotocore(): false | string {
  const noPython = requires('python3');
  if (noPython !== false) return noPython;
  if (spawnSync('python3', ['-c', 'import botocore']).status === 0) return false;
  if (process.env['CCVAULT_TEST_REQUIRE_ALL'] === '1') throw new Error('not installed: botocore');
  return 'not installed: botocore';
}

describe('splitCommand', () => {
  it('splits by quotes and backslashes', () => {
    for (const [line, linux, win32] of [
      ['tool --a b', ['tool', '--a', 'b'], ['tool', '--a', 'b']],
      ['  tool \t x ', ['tool', 'x'], ['tool', 'x']],
      [`tool 'a b' ''`, ['tool', 'a b', ''], ['tool', `'a`, `b'`, `''`]],
      ['tool "a b" ""', ['tool', 'a b', ''], ['tool', 'a b', '']],
      [String.raw`tool "a\"b" c\ d`, ['tool', 'a"b', 'c d'], ['tool', 'a"b', 'c\\', 'd']],
      [
        String.raw`"C:\Program Files\t.exe" x`,
        [String.raw`C:\Program Files\t.exe`, 'x'],
        [String.raw`C:\Program Files\t.exe`, 'x'],
      ],
      [String.raw`C:\t.exe`, ['C:t.exe'], [String.raw`C:\t.exe`]],
      ['tool $HOME #x', ['tool', '$HOME', '#x'], ['tool', '$HOME', '#x']],
      ['tool "open', undefined, undefined],
      ['tool end\\', undefined, ['tool', 'end\\']],
      ['', [], []],
    ] as const) {
      assert.deepEqual(splitCommand(line, 'linux'), linux, line);
      assert.deepEqual(splitCommand(line, 'darwin'), linux, line);
      assert.deepEqual(splitCommand(line, 'win32'), win32, line);
    }
  });

  it('agrees with botocore', { skip: noBotocore() }, () => {
    const line = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\t', '"', "'", '\\', '\n', 'é'),
      maxLength: 16,
    });
    const lines = fc.sample(line, 3000);
    const expected = botocore(lines);
    for (const [index, one] of lines.entries()) {
      const [linux, win32] = expected[index] ?? [];
      assert.deepEqual(splitCommand(one, 'linux') ?? null, linux, JSON.stringify(one));
      assert.deepEqual(splitCommand(one, 'win32') ?? null, win32, JSON.stringify(one));
    }
  });
});
