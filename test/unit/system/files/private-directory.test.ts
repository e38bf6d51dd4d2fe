import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ensurePrivateDirectory } from '../../../../src/system/files/private-directory.ts';
import { cliError, modeOf, withUmask } from '../../../support/files.ts';

const isRoot = process.geteuid?.() === 0;

let dir: string;
let warned: string[];

function ensure(path: string, link = false): void {
  ensurePrivateDirectory(path, { link, warn: (message) => void warned.push(message) });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccvault-private-'));
  warned = [];
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('ensurePrivateDirectory', () => {
  it('makes the folder private and its parents by the umask at most 0755', () => {
    for (const mask of [0o000, 0o077, 0o777 & ~0o300]) {
      const path = join(dir, `state-${mask}/share/ccvault`);
      mkdirSync(join(dir, `state-${mask}`));
      withUmask(mask, () => ensure(path));
      assert.equal(modeOf(path), '700');
      assert.equal(modeOf(join(path, '..')), (0o755 & ~mask).toString(8));
      ensure(path);
      // Whoever clears up must be able to look inside.
      chmodSync(join(path, '..'), 0o700);
    }
  });

  it('refuses a link where none may stand, and a file, with the way out', () => {
    mkdirSync(join(dir, 'real'), { mode: 0o700 });
    symlinkSync('real', join(dir, 'link'));
    writeFileSync(join(dir, 'file'), '');
    assert.throws(() => ensure(join(dir, 'link')), cliError('keystore', /link is a symbolic link/));
    assert.throws(
      () => ensure(join(dir, 'file')),
      cliError('keystore', /is not a folder/, /mv .*file'? .*file\.old/),
    );
    ensure(join(dir, 'link'), true);
    assert.deepEqual(warned, []);
  });

  it('closes a folder that is open to others, and says so', () => {
    for (const mode of [0o755, 0o770, 0o777, 0o710, 0o1777]) {
      const path = join(dir, `open-${mode}`);
      mkdirSync(path);
      chmodSync(path, mode);
      ensure(path);
      assert.equal(modeOf(path), '700');
      const shown = mode.toString(8).padStart(4, '0');
      assert.match(warned.pop() ?? '', new RegExp(`open-${mode} was open to others \\(mode ${shown}\\)`));
    }
  });

  it('refuses a folder below one that others may write to, links on the way included', () => {
    mkdirSync(join(dir, 'public/ours'), { recursive: true });
    symlinkSync('public/ours', join(dir, 'way'));
    for (const [mode, open] of [
      [0o777, true],
      [0o773, true],
      [0o1777, false],
      [0o755, false],
    ] as const) {
      chmodSync(join(dir, 'public'), mode);
      for (const path of ['public/ours', 'public/new', 'way/ours', 'way']) {
        const use = (): void => ensure(join(dir, path), true);
        if (open)
          assert.throws(
            use,
            cliError('keystore', /public can be written to by others/, /chmod go-w .*public/),
          );
        else use();
      }
    }
  });

  it('refuses what another user may change', { skip: !isRoot && 'only root may give files away' }, () => {
    mkdirSync(join(dir, 'theirs/ours'), { recursive: true });
    chownSync(join(dir, 'theirs'), 1234, 1234);
    assert.throws(
      () => ensure(join(dir, 'theirs/ours')),
      cliError('keystore', /theirs belongs to another user \(uid 1234\), and .*ours is in it/),
    );
    mkdirSync(join(dir, 'ours'), { mode: 0o700 });
    symlinkSync('ours', join(dir, 'link'));
    lchownSync(join(dir, 'link'), 1234, 1234);
    for (const path of ['link', 'link/sub']) {
      assert.throws(
        () => ensure(join(dir, path), true),
        cliError('keystore', /link is a symbolic link of another user \(uid 1234\)/),
      );
    }
    mkdirSync(join(dir, 'shared/ours'), { recursive: true });
    chmodSync(join(dir, 'shared'), 0o775);
    chownSync(join(dir, 'shared'), 0, 1234);
    assert.throws(
      () => ensure(join(dir, 'shared/ours')),
      cliError('keystore', /shared can be written to by others/),
    );
  });

  it('refuses the folder of another user', { skip: !isRoot && 'only root may give folders away' }, () => {
    mkdirSync(join(dir, 'theirs'), { mode: 0o700 });
    chownSync(join(dir, 'theirs'), 1234, 1234);
    assert.throws(
      () => ensure(join(dir, 'theirs')),
      cliError('keystore', /belongs to another user \(uid 1234\)/),
    );
  });

  it('says why it cannot create one', () => {
    writeFileSync(join(dir, 'file'), '');
    assert.throws(
      () => ensure(join(dir, 'file/ccvault')),
      cliError('keystore', /cannot create the folder .*: a part of the path is not a directory/),
    );
  });
});
