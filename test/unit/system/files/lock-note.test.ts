import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readLockNote, writeLockNote } from '../../../../src/system/files/lock-note.ts';

const NOTE = { pid: 7, command: 'ccvault exec', purpose: 'asking' };
const FAILURE = { kind: 'aws', message: 'refused', hints: ['try'], at: 1 } as const;

let dir: string;

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccvault-note-'));
});
after(() => rmSync(dir, { recursive: true, force: true }));

describe('the note beside a lock', () => {
  it('comes back as it was, a longer one before it or not', () => {
    const path = join(dir, 'note');
    for (const note of [
      { ...NOTE, failure: { ...FAILURE, code: 'timeout' as const } },
      { ...NOTE, failure: FAILURE },
      NOTE,
    ]) {
      writeLockNote(path, note);
      assert.deepEqual(readLockNote(path), note);
    }
  });

  for (const [what, value] of [
    ['nothing', undefined],
    ['no object', null],
    ['no number', { ...NOTE, pid: '7' }],
    ['no command', { ...NOTE, command: undefined }],
    ['no purpose', { ...NOTE, purpose: 1 }],
    ['no failure', { ...NOTE, failure: 'refused' }],
    ['a kind that there is not', { ...NOTE, failure: { ...FAILURE, kind: 'toString' } }],
    ['no message', { ...NOTE, failure: { ...FAILURE, message: undefined } }],
    ['a code of another type', { ...NOTE, failure: { ...FAILURE, code: 4 } }],
    ['no hints', { ...NOTE, failure: { ...FAILURE, hints: undefined } }],
    ['hints of another type', { ...NOTE, failure: { ...FAILURE, hints: ['try', 1] } }],
    ['no time', { ...NOTE, failure: { ...FAILURE, at: '1' } }],
  ] as const) {
    it(`is none with ${what}`, () => {
      const path = join(dir, 'damaged');
      writeFileSync(path, JSON.stringify(value) ?? '', { mode: 0o600 });
      assert.equal(readLockNote(path), undefined);
    });
  }
});
