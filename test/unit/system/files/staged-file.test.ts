import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { isTemporaryName, stageFile, temporaryName } from '../../../../src/system/files/staged-file.ts';
import { modeOf } from '../../../support/files.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccvault-staged-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a staged file', () => {
  it('takes the place of another, or leaves nothing', () => {
    const target = join(dir, 'target');
    writeFileSync(target, 'old');
    stageFile(join(dir, 'one'), 'dropped', { mode: 0o600 }).discard();
    assert.equal(readFileSync(target, 'utf8'), 'old');
    stageFile(join(dir, 'two'), 'new', { mode: 0o640 }).commit(target);
    assert.equal(readFileSync(target, 'utf8'), 'new');
    assert.equal(modeOf(target), '640');
    assert.deepEqual(readdirSync(dir), ['target']);
  });

  it('is never one that somebody put there before', () => {
    const planted = join(dir, 'planted');
    writeFileSync(planted, 'theirs');
    const link = join(dir, 'link');
    symlinkSync(planted, link);
    const dangling = join(dir, 'dangling');
    symlinkSync(join(dir, 'nowhere'), dangling);
    for (const path of [planted, link, dangling]) {
      assert.throws(() => stageFile(path, 'ours', { mode: 0o600 }), { code: 'EEXIST' }, path);
    }
    assert.equal(readFileSync(planted, 'utf8'), 'theirs');
  });

  it('has a name that tells what it is to replace', () => {
    for (const basename of [undefined, 'index.json', 'a-b', '0123456789abcdef', '.tmp']) {
      const name = temporaryName(basename);
      assert.ok(isTemporaryName(name), name);
      assert.equal(isTemporaryName(name, basename ?? 'index.json'), basename !== undefined, name);
      assert.ok(!isTemporaryName(name, 'vault.age'), name);
      assert.notEqual(name, temporaryName(basename));
    }
    for (const name of ['index.json', '.ccvault-index.json.tmp', 'x.ccvault-0123456789abcdef.tmp']) {
      assert.ok(!isTemporaryName(name), name);
    }
  });
});
