import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import {
  emptyIndex,
  readIndex,
  storedKeysOf,
  updateIndex,
  withEntry,
  withoutEntry,
} from '../../../../src/vault/keys/index-file.ts';
import type { IndexEntry, VaultIndex } from '../../../../src/vault/keys/index-file.ts';
import { findBun, findNode } from '../../../support/builds.ts';
import { modeOf } from '../../../support/files.ts';
import { createIndexSystem } from '../../../support/index-writer.ts';
import { runs } from '../../../support/fuzz.ts';

const WRITER = join(import.meta.dirname, '../../../support/index-writer.ts');
const run = promisify(execFile);

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccvault-index-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const system = (): ReturnType<typeof createIndexSystem> => createIndexSystem(root);
/** An index as it is before its first key: keys are always in some backend. */
const start = (): VaultIndex => ({ ...emptyIndex(system()), backend: 'file' });
const path = (): string => join(root, 'index.json');

function entry(profile: string): IndexEntry {
  return {
    profile,
    accessKeyId: 'AKIAQQQQQQQQQQQQQQQQ',
    generation: 'ab',
    storedAt: '2026-01-01T00:00:00.000Z',
  };
}

describe('the index', () => {
  it('is none before the first write', () => {
    assert.equal(readIndex(system()), undefined);
  });

  it('comes back as it was written, 0600', async () => {
    const written = await updateIndex(system(), start(), (index) => withEntry(index, entry('dev')));
    assert.deepEqual(readIndex(system()), written);
    assert.equal(modeOf(path()), '600');
  });

  it('keeps one entry a profile', () => {
    const twice = withEntry(withEntry(start(), entry('dev')), {
      ...entry('dev'),
      generation: 'cd',
    });
    assert.deepEqual(
      twice.keys.map(({ generation }) => generation),
      ['cd'],
    );
    assert.deepEqual([...storedKeysOf(twice).keys()], ['dev']);
    assert.deepEqual(withoutEntry(twice, 'dev').keys, []);
    assert.deepEqual([...storedKeysOf(undefined).keys()], []);
  });

  it('is damaged when it is anything else', async () => {
    const good = withEntry(start(), entry('dev'));
    for (const change of [
      { version: 2 },
      { vaultId: 'x' },
      { vaultId: undefined },
      { backend: 'cloud' },
      { backend: undefined },
      { keys: {} },
      { keys: [{}] },
      { keys: [null] },
      { keys: [{ ...entry('dev'), generation: 7 }] },
      { keys: [{ ...entry('dev'), profile: '' }] },
    ]) {
      writeFileSync(path(), JSON.stringify({ ...good, ...change }));
      assert.equal(readIndex(system()), 'damaged', JSON.stringify(change));
    }
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        writeFileSync(path(), text);
        assert.equal(readIndex(system()), 'damaged');
      }),
      runs(50),
    );
  });

  it('is damaged cut off anywhere', async () => {
    await updateIndex(system(), start(), (index) => withEntry(index, entry('dev')));
    const whole = readFileSync(path(), 'utf8').trimEnd();
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path(), whole.slice(0, length));
      assert.equal(readIndex(system()), 'damaged', `${length} characters`);
    }
  });

  it('is made anew over a damaged one from what is given', async () => {
    writeFileSync(path(), '{');
    const old = withEntry(start(), entry('old'));
    await updateIndex(system(), old, (index) => withEntry(index, entry('new')));
    const found = readIndex(system());
    assert.ok(found !== undefined && found !== 'damaged');
    assert.deepEqual(
      found.keys.map(({ profile }) => profile),
      ['old', 'new'],
    );
    assert.equal(found.vaultId, old.vaultId);
  });

  it('loses nothing that twelve processes of both runtimes write at once', async () => {
    await updateIndex(system(), start(), (index) => index);
    const runtimes = [findNode(), findBun()].filter((program) => program !== undefined);
    await Promise.all(
      Array.from({ length: 12 }, (_, number) =>
        run(runtimes[number % runtimes.length] ?? '', [WRITER, root, `writer-${number}`, '5']),
      ),
    );
    const index = readIndex(system());
    assert.ok(index !== undefined && index !== 'damaged');
    assert.equal(index.keys.length, 60);
  });
});
