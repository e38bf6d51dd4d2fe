import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemFiles as files } from '../../../../src/system/files/files.ts';
import { findNode } from '../../../support/builds.ts';
import { requires } from '../../../support/requires.ts';

const PROGRAM = join(import.meta.dirname, '../../../support/run-replace.ts');
const OLD = 'old bytes\n';
const NEW = 'new bytes, more of them\n'.repeat(1000);

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccvault-files-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function prepare(): { target: string; source: string } {
  const target = join(dir, 'in/config');
  const source = join(dir, 'source');
  mkdirSync(join(dir, 'in'), { recursive: true });
  writeFileSync(target, OLD);
  writeFileSync(source, NEW);
  return { target, source };
}

function underStrace(inject: string, target: string, source: string): string {
  return spawnSync(
    'strace',
    ['-f', '-qq', '-o', '/dev/null', '-e', `inject=${inject}`, process.execPath, PROGRAM, target, source],
    { encoding: 'utf8' },
  ).stdout;
}

describe('read', () => {
  it('reads a pipe to its end, as a shell gives one', { skip: requires('bash') }, () => {
    const program = `import { systemFiles } from '${new URL('../../../../src/system/files/files.ts', import.meta.url).href}';
      process.stdout.write(String(systemFiles.readText(process.argv[1])?.length));`;
    const script = '"$1" --input-type=module-typescript -e "$2" <(head -c 200000 /dev/zero)';
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', script, 'bash', findNode() ?? process.execPath, program],
      {
        encoding: 'utf8',
      },
    );
    assert.equal(stdout, '200000', stderr);
  });
});

describe('replace', () => {
  it('keeps the old bytes when a write is cut short by a limit', () => {
    const { target, source } = prepare();
    const script = 'ulimit -f 4; exec "$0" "$@"';
    const result = spawnSync('/bin/sh', ['-c', script, process.execPath, PROGRAM, target, source], {
      encoding: 'utf8',
    });
    assert.equal(result.stdout, 'EFBIG', result.stderr);
    assert.equal(readFileSync(target, 'utf8'), OLD);
    assert.deepEqual(readdirSync(join(dir, 'in')), ['config']);
  });

  describe('under strace', { skip: requires('strace') }, () => {
    for (const code of ['EIO', 'ENOSPC']) {
      it(`keeps the old bytes when syncing fails with ${code}`, () => {
        const { target, source } = prepare();
        assert.equal(underStrace(`fsync:error=${code}:when=1`, target, source), code);
        assert.equal(readFileSync(target, 'utf8'), OLD);
        assert.deepEqual(readdirSync(join(dir, 'in')), ['config']);
      });
    }

    it('keeps the old bytes when the rename fails', () => {
      const { target, source } = prepare();
      assert.equal(underStrace('rename:error=EIO:when=1', target, source), 'EIO');
      assert.equal(readFileSync(target, 'utf8'), OLD);
      assert.deepEqual(readdirSync(join(dir, 'in')), ['config']);
    });

    it('counts as written when only the folder cannot be synced', () => {
      const { target, source } = prepare();
      assert.equal(underStrace('fsync:error=EIO:when=2', target, source), '');
      assert.equal(readFileSync(target, 'utf8'), NEW);
    });

    for (const when of [
      'fsync:signal=SIGKILL:when=1',
      'rename:signal=SIGKILL:when=1',
      'fsync:signal=SIGKILL:when=2',
    ]) {
      it(`leaves the old bytes or the new when killed at ${when}`, () => {
        const { target, source } = prepare();
        underStrace(when, target, source);
        assert.ok([OLD, NEW].includes(readFileSync(target, 'utf8')));
        // What the killed one left is found an hour later, and nothing else is taken for it.
        writeFileSync(join(dir, 'in/editor.tmp'), '');
        utimesSync(join(dir, 'in/editor.tmp'), 1, 1);
        files.replace(target, NEW, { mode: 0o600 });
        const young = readdirSync(join(dir, 'in')).length;
        for (const name of readdirSync(join(dir, 'in'))) utimesSync(join(dir, 'in', name), 1, 1);
        files.replace(target, NEW, { mode: 0o600 });
        assert.deepEqual(readdirSync(join(dir, 'in')), ['config', 'editor.tmp']);
        if (when.startsWith('fsync') && when.endsWith('1')) assert.equal(young, 3);
      });
    }
  });
});
