import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assert as check, property, uint8Array } from 'fast-check';
import { systemFiles as files } from '../../../../src/system/files/files.ts';
import { cliError, modeOf, withUmask } from '../../../support/files.ts';
import { runs } from '../../../support/fuzz.ts';

const isRoot = process.geteuid?.() === 0;
const OLD = 'old bytes\n';
const NEW = 'new bytes, more of them\n'.repeat(1000);

let root: string;
let dir: string;

before(() => {
  root = mkdtempSync(join(tmpdir(), 'ccvault-files-'));
});

after(() => {
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  dir = mkdtempSync(join(root, 'case-'));
});

/** Root sees no EACCES, so its tests act as nobody for a moment. */
function unprivileged<T>(work: () => T): T {
  if (!isRoot) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('read', () => {
  it('gives undefined where there is no file', () => {
    assert.equal(files.read(join(dir, 'absent')), undefined);
    assert.equal(files.readText(join(dir, 'absent/below')), undefined);
    writeFileSync(join(dir, 'file'), '');
    assert.equal(files.read(join(dir, 'file/below')), undefined);
    assert.equal(files.stat(join(dir, 'absent')), undefined);
    assert.deepEqual(files.list(join(dir, 'absent')), []);
  });

  it('keeps every byte, the byte order mark too', () => {
    writeFileSync(join(dir, 'file'), '\uFEFF[default]\r\n');
    assert.equal(files.readText(join(dir, 'file')), '\uFEFF[default]\r\n');
  });

  it('names the path of a file it may not read', () => {
    const path = join(dir, 'config');
    writeFileSync(path, 'x', { mode: 0o000 });
    for (const folder of [root, dir]) chmodSync(folder, 0o755);
    unprivileged(() => {
      assert.throws(() => files.read(path), cliError('config', /cannot read .*config: permission denied/));
    });
  });

  it('names a directory in the place of a file', () => {
    assert.throws(
      () => files.readText(dir),
      cliError('config', /case-.*: it is a directory/, /^name a file/m),
    );
  });

  it('gives up on what has no end, and on files that nobody writes by hand', () => {
    const long = join(dir, 'long');
    writeFileSync(long, '');
    truncateSync(long, 2 ** 33);
    for (const path of [long, ...(process.platform === 'win32' ? [] : ['/dev/zero'])]) {
      assert.throws(
        () => files.read(path),
        cliError('config', new RegExp(`cannot read ${path}: it is larger than 64 MB`)),
      );
    }
  });

  it('tells size, mode and time, and lists names in order', () => {
    writeFileSync(join(dir, 'b'), '123');
    chmodSync(join(dir, 'b'), 0o640);
    writeFileSync(join(dir, 'a'), '');
    utimesSync(join(dir, 'b'), 1000, 1000);
    assert.deepEqual(files.stat(join(dir, 'b')), {
      size: 3,
      mode: 0o640,
      modifiedAt: 1_000_000,
      isOurs: true,
    });
    assert.deepEqual(files.list(dir), ['a', 'b']);
  });
});

describe('replace', () => {
  it('makes a private file whatever the umask', () => {
    for (const mask of [0o000, 0o022, 0o077, 0o777]) {
      const path = join(dir, `file-${mask}`);
      withUmask(mask, () => files.replace(path, NEW, { mode: 0o600 }));
      assert.equal(modeOf(path), '600');
      assert.equal(readFileSync(path, 'utf8'), NEW);
    }
  });

  it('keeps the mode of a file that was there', () => {
    const path = join(dir, 'config');
    writeFileSync(path, OLD);
    chmodSync(path, 0o664);
    withUmask(0o077, () => files.replace(path, NEW, { mode: 0o600 }));
    assert.equal(modeOf(path), '664');
  });

  it('keeps the owner where it may', { skip: !isRoot && 'only root may give files away' }, () => {
    const path = join(dir, 'config');
    writeFileSync(path, OLD);
    chownSync(path, 1234, 2345);
    files.replace(path, NEW, { mode: 0o600 });
    assert.equal(statSync(path).uid, 1234);
    assert.equal(statSync(path).gid, 2345);
  });

  it('follows symbolic links to their target, there or not', () => {
    mkdirSync(join(dir, 'dotfiles'));
    writeFileSync(join(dir, 'dotfiles/config'), OLD);
    symlinkSync('dotfiles/config', join(dir, 'config'));
    symlinkSync('config', join(dir, 'again'));
    files.replace(join(dir, 'again'), NEW, { mode: 0o600 });
    assert.equal(readlinkSync(join(dir, 'config')), 'dotfiles/config');
    assert.equal(readFileSync(join(dir, 'dotfiles/config'), 'utf8'), NEW);

    symlinkSync('dotfiles/new', join(dir, 'dangling'));
    files.replace(join(dir, 'dangling'), NEW, { mode: 0o600 });
    assert.ok(lstatSync(join(dir, 'dangling')).isSymbolicLink());
    assert.equal(readFileSync(join(dir, 'dotfiles/new'), 'utf8'), NEW);
  });

  it('refuses a circle of links and whatever is no file', () => {
    symlinkSync('b', join(dir, 'a'));
    symlinkSync('a', join(dir, 'b'));
    assert.throws(
      () => files.replace(join(dir, 'a'), NEW, { mode: 0o600 }),
      cliError('config', /too many symbolic links/),
    );
    assert.throws(() => files.replace(dir, NEW, { mode: 0o600 }), cliError('config', /not a regular file/));
    assert.throws(
      () => files.replace('/dev/null', NEW, { mode: 0o600 }),
      cliError('config', /\/dev\/null: it is not a regular file/),
    );
    assert.ok(statSync('/dev/null').isCharacterDevice());
  });

  it('makes missing folders, for us alone', () => {
    withUmask(0o000, () => files.replace(join(dir, '.aws/config'), NEW, { mode: 0o600 }));
    assert.equal(modeOf(join(dir, '.aws')), '700');
  });

  it('gives back what it was given', () => {
    const path = join(dir, 'any');
    check(
      property(uint8Array({ maxLength: 5000 }), (bytes) => {
        files.replace(path, bytes, { mode: 0o600 });
        assert.deepEqual(new Uint8Array(files.read(path) ?? []), bytes);
      }),
      runs(20),
    );
    assert.deepEqual(readdirSync(dir), ['any']);
  });

  it('leaves the old file and nothing else when it may not write', () => {
    const path = join(dir, 'config');
    writeFileSync(path, OLD);
    chmodSync(dir, 0o555);
    chmodSync(root, 0o755);
    unprivileged(() => {
      assert.throws(
        () => files.replace(path, NEW, { mode: 0o600 }),
        cliError('config', /^cannot write .*config: permission denied/, /correct the permissions/),
      );
    });
    chmodSync(dir, 0o755);
    assert.deepEqual(readdirSync(dir), ['config']);
    assert.equal(readFileSync(path, 'utf8'), OLD);
  });

  it('keeps the old bytes on a full disk', { skip: !isRoot && 'only root may mount' }, (t) => {
    const disk = join(dir, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]);
    if (mounted.status !== 0) return t.skip('no mount here');
    try {
      const path = join(disk, 'config');
      writeFileSync(path, OLD);
      assert.throws(
        () => files.replace(path, NEW, { mode: 0o600 }),
        cliError('config', /^cannot write .*config: no space left on device/, /make room/),
      );
      assert.deepEqual(readdirSync(disk), ['config']);
      assert.equal(readFileSync(path, 'utf8'), OLD);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('removes what a killed one left in the folder an hour ago, behind a link too, and nothing else', () => {
    mkdirSync(join(dir, 'dotfiles'));
    symlinkSync('dotfiles/config', join(dir, 'config'));
    writeFileSync(join(dir, 'dotfiles/config'), OLD);
    const left = '.ccvault-0123456789abcdef.tmp';
    const young = '.ccvault-0123456789abcde0.tmp';
    const others = [
      '.ccvault-0123456789abcdef.tmp~',
      '.ccvault-xyz.tmp',
      'ccvault-0123456789abcdef.tmp',
      'vault.age',
    ];
    for (const name of [left, young, ...others]) writeFileSync(join(dir, 'dotfiles', name), '');
    const old = Date.now() / 1000 - 3700;
    for (const name of [left, ...others]) utimesSync(join(dir, 'dotfiles', name), old, old);
    files.replace(join(dir, 'config'), NEW, { mode: 0o600 });
    assert.deepEqual(readdirSync(join(dir, 'dotfiles')).sort(), [young, ...others, 'config'].sort());
  });
});

describe('remove', () => {
  it('tells whether there was something', () => {
    writeFileSync(join(dir, 'file'), '');
    assert.equal(files.remove(join(dir, 'file')), true);
    assert.equal(files.remove(join(dir, 'file')), false);
  });
});

describe('replacing a file only while it is what was read', () => {
  const table: readonly (readonly [what: string, there: string | undefined, expected: string | null])[] = [
    ['other bytes', OLD, 'older\n'],
    ['a file where none was', OLD, null],
    ['no file where one was', undefined, OLD],
    ['one byte more', `${OLD} `, OLD],
    ['an empty file where none was', '', null],
  ];
  for (const [what, there, expected] of table) {
    it(`leaves ${what}, and nothing beside it`, () => {
      const path = join(dir, 'config');
      if (there !== undefined) writeFileSync(path, there);
      const bytes = expected === null ? null : Buffer.from(expected);
      assert.equal(files.replace(path, NEW, { mode: 0o600, expected: bytes }), false);
      assert.deepEqual(readdirSync(dir), there === undefined ? [] : ['config']);
      if (there !== undefined) assert.equal(readFileSync(path, 'utf8'), there);
    });
  }

  it('replaces what is still the same, through a link too', () => {
    const [path, link, fresh] = [join(dir, 'config'), join(dir, 'link'), join(dir, 'new')];
    writeFileSync(path, OLD);
    symlinkSync(path, link);
    files.replace(link, NEW, { mode: 0o600, expected: Buffer.from(OLD) });
    assert.equal(readFileSync(path, 'utf8'), NEW);
    files.replace(fresh, NEW, { mode: 0o600, expected: null });
    assert.equal(readFileSync(fresh, 'utf8'), NEW);
  });
});
