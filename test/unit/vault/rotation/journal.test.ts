import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { JournalFile } from '../../../../src/vault/rotation/journal.ts';
import type { RotateJournal } from '../../../../src/vault/rotation/journal.ts';
import { cliError, modeOf } from '../../../support/files.ts';
import { createIndexSystem } from '../../../support/index-writer.ts';

const ENTRY: RotateJournal = {
  version: 1,
  profile: 'dev',
  userName: 'dana',
  step: 'create',
  oldKeyId: 'AKIAOLD',
  oldGenerations: ['1'],
  idsBefore: ['AKIAOLD'],
  startedAt: '2026-01-01T00:00:00.000Z',
};

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ccvault-journal-')), 'vault');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const open = (profile = 'dev'): JournalFile => new JournalFile(createIndexSystem(folder), profile);
const file = (): string => join(folder, readdirSync(folder)[0] ?? '');

describe('the journal of a rotation', () => {
  it('is read by the next process, for its own profile, from a private file', () => {
    open().write(ENTRY);
    assert.equal(modeOf(file()), '600');
    assert.deepEqual(open().read(), ENTRY);
    assert.equal(open('other').read(), undefined);
    const next = open();
    next.read();
    next.note('store', 'AKIANEW');
    assert.deepEqual(open().read(), { ...ENTRY, step: 'store', newKeyId: 'AKIANEW' });
    next.forget();
    assert.deepEqual(readdirSync(folder), []);
  });

  for (const [what, change] of [
    ['of another profile', { profile: 'other' }],
    ['of another version', { version: 2 }],
    ['without the ids that were there before', { idsBefore: undefined }],
    ['whose ids are no texts', { idsBefore: [7] }],
    ['without the old key', { oldKeyId: undefined }],
    ['whose new key is no text', { newKeyId: 7 }],
    ['without a time', { startedAt: 'soon' }],
  ] as const) {
    it(`stops everything where it is ${what}`, () => {
      open().write(ENTRY);
      writeFileSync(file(), JSON.stringify({ ...ENTRY, ...change }));
      assert.throws(() => open().read(), cliError('keystore', /damaged/));
    });
  }

  it('stops everything where it is cut', () => {
    open().write(ENTRY);
    writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, -3));
    assert.throws(() => open().read(), cliError('keystore', /damaged/));
  });
});
