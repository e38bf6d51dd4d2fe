import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemFiles as files } from '../../../../src/system/files/files.ts';
import { cliError, modeOf, withUmask } from '../../../support/files.ts';

const isRoot = process.geteuid?.() === 0;

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccvault-private-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('ensurePrivateDirectory', () => {
  it('makes the folder private and its parents by the umask at most 0755', () => {
    for (const mask of [0o000, 0o077, 0o777 & ~0o300]) {
      const path = join(dir, `state-${mask}/share/ccvault`);
      mkdirSync(join(dir, `state-${mask}`));
      withUmask(mask, () => files.ensurePrivateDirectory(path));
      assert.equal(modeOf(path), '700');
      assert.equal(modeOf(join(path, '..')), (0o755 & ~mask).toString(8));
      files.ensurePrivateDirectory(path);
      // Whoever clears up must be able to look inside.
      chmodSync(join(path, '..'), 0o700);
    }
  });

  it('refuses a link, a file and a folder that others can write to, with the way out', () => {
    mkdirSync(join(dir, 'real'), { mode: 0o700 });
    symlinkSync('real', join(dir, 'link'));
    const refused = (name: string, ...words: RegExp[]): void => {
      assert.throws(() => files.ensurePrivateDirectory(join(dir, name)), cliError('keystore', ...words));
    };
    refused('link', /link is a symbolic link/, /CCVAULT_HOME/);
    writeFileSync(join(dir, 'file'), '');
    refused('file', /is not a folder/, /mv .*file'? .*file\.old/);
    mkdirSync(join(dir, 'our house'));
    chmodSync(join(dir, 'our house'), 0o775);
    refused('our house', /others \(mode 0775\)/, /run: chmod 700 '.*our house'/);
    chmodSync(join(dir, 'our house'), 0o755);
    files.ensurePrivateDirectory(join(dir, 'our house'));
  });

  it('refuses the folder of another user', { skip: !isRoot && 'only root may give folders away' }, () => {
    mkdirSync(join(dir, 'theirs'), { mode: 0o700 });
    chownSync(join(dir, 'theirs'), 1234, 1234);
    assert.throws(
      () => files.ensurePrivateDirectory(join(dir, 'theirs')),
      cliError('keystore', /belongs to another user \(uid 1234\)/),
    );
  });

  it('says why it cannot make one', () => {
    writeFileSync(join(dir, 'file'), '');
    assert.throws(
      () => files.ensurePrivateDirectory(join(dir, 'file/ccvault')),
      cliError('keystore', /cannot make the folder .*: a part of the path is not a directory/),
    );
  });
});
