import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openPrivateFile } from '../../../../src/system/files/private-file.ts';
import { modeOf, withUmask } from '../../../support/files.ts';

const { O_CREAT, O_RDONLY, O_WRONLY } = constants;

let path: string;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'ccvault-own-')), 'file');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

function open(flags: number, tighten = true): void {
  closeSync(openPrivateFile(path, flags, { tighten }));
}

describe('a file of ours', () => {
  it('is made for this user alone, and closed to others where it is not', () => {
    withUmask(0, () => open(O_WRONLY | O_CREAT));
    assert.equal(modeOf(path), '600');
    chmodSync(path, 0o644);
    open(O_RDONLY, false);
    assert.equal(modeOf(path), '644');
    open(O_RDONLY);
    assert.equal(modeOf(path), '600');
  });

  it('has one name where it is written to', () => {
    writeFileSync(path, '', { mode: 0o600 });
    linkSync(path, `${path}.second`);
    assert.throws(() => open(O_WRONLY), { code: 'not-ours', message: /another hard link/ });
    open(O_RDONLY);
  });

  it('is no link, folder or pipe', () => {
    for (const [make, message] of [
      [() => symlinkSync('elsewhere', path), /symbolic link/],
      [() => mkdirSync(path), /not a regular file/],
      [() => execFileSync('mkfifo', ['-m', '600', path]), /not a regular file/],
    ] as const) {
      make();
      for (const flags of [O_RDONLY, O_WRONLY]) {
        assert.throws(() => open(flags), { code: 'not-ours', message });
      }
      rmSync(path, { recursive: true });
    }
  });

  it('is of no other user', { skip: process.geteuid?.() !== 0 && 'only root makes files of others' }, () => {
    writeFileSync(path, '', { mode: 0o600 });
    chownSync(path, 54_321, 54_321);
    assert.throws(() => open(O_RDONLY), { code: 'not-ours', message: /another user \(uid 54321\)/ });
  });
});
