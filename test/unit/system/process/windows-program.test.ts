// The search of Windows, on files of this system: separators of both kinds are the same there, `/` serves here.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findWindowsProgram, windowsEndings } from '../../../../src/system/process/windows-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccvault-windows-program-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const name of [
  'first/tool',
  'first/tool.CMD',
  'second/tool.EXE',
  'second/other.EXE',
  'second/a.b',
  'here.EXE',
]) {
  mkdirSync(join(folder, 'first'), { recursive: true });
  mkdirSync(join(folder, 'second'), { recursive: true });
  writeFileSync(join(folder, name), '', { mode: 0o755 });
}
mkdirSync(join(folder, 'first/other.EXE'));

const environment = { Path: `"${folder}/first";${folder}/second`, PATHEXT: '.EXE;.CMD' };

test('a bare name is looked up in PATH, with the endings of PATHEXT in their order', () => {
  const cases: readonly (readonly [string, string])[] = [
    // Not the script without an ending beside it, which is for other systems.
    ['tool', 'first/tool.CMD'],
    ['tool.EXE', 'second/tool.EXE'],
    // A folder is no program.
    ['other', 'second/other.EXE'],
    ['a.b', 'second/a.b'],
    [`${folder}/second/other`, 'second/other.EXE'],
    [`${folder}/second/other.EXE`, 'second/other.EXE'],
  ];
  for (const [name, path] of cases) {
    assert.equal(findWindowsProgram(name, environment), join(folder, path), name);
  }
});

test('what is nowhere, or in the current folder alone, is not found', () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const name of ['', 'nowhere', 'here', 'here.EXE', `${folder}/first/nowhere`, 'tool.COM']) {
      assert.throws(() => findWindowsProgram(name, environment), { code: 'command-not-found' }, name);
    }
    assert.throws(() => findWindowsProgram('tool', {}), { code: 'command-not-found' });
    assert.equal(findWindowsProgram('./here', environment), './here.EXE');
  } finally {
    process.chdir(before);
  }
});

test('a name with an ending is tried as it is first; PATHEXT has a default', () => {
  assert.deepEqual(windowsEndings('tool', { pathext: '.A;.B' }), ['.A', '.B']);
  assert.deepEqual(windowsEndings('tool.a', { pathext: '.A;.B' }), ['', '.A', '.B']);
  assert.deepEqual(windowsEndings(String.raw`C:\v1.2\tool`, {}), ['.COM', '.EXE', '.BAT', '.CMD']);
  assert.deepEqual(windowsEndings('C:/v1.2/tool', {}), ['.COM', '.EXE', '.BAT', '.CMD']);
});
