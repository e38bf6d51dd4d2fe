import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isCliError } from '../../../../src/core/errors.ts';
import type { ProgramOptions } from '../../../../src/core/ports/programs.ts';
import { createPrograms, resolveProgram } from '../../../../src/system/process/programs.ts';

const skip = process.platform === 'win32' ? 'POSIX programs' : false;
const programs = createPrograms('linux');
let folder = '';

function options(more: Partial<ProgramOptions> = {}): ProgramOptions {
  return { environment: { PATH: '/usr/bin:/bin' }, stderr: 'ignore', ...more };
}

function withCode(code: string): (error: unknown) => boolean {
  return (error) => isCliError(error) && error.kind === 'failure' && error.code === code;
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccvault-programs-'));
  mkdirSync(join(folder, 'bin'));
  const file = join(folder, 'bin', 'mine');
  writeFileSync(file, '#!/bin/sh\necho mine "$@"\n');
  chmodSync(file, 0o755);
  writeFileSync(join(folder, 'bin', 'plain'), 'not executable');
});
after(() => rmSync(folder, { recursive: true }));

describe('resolveProgram', { skip }, () => {
  it('takes the first executable from an absolute folder of PATH', () => {
    const bin = join(folder, 'bin');
    assert.equal(resolveProgram('mine', { PATH: `/nowhere:${bin}` }, 'linux'), join(bin, 'mine'));
    assert.equal(resolveProgram(join(bin, 'mine'), {}, 'linux'), join(bin, 'mine'));
    const cases = { plain: 'not-executable', bin: 'not-executable', absent: 'not-found', '': 'not-found' };
    for (const [name, code] of Object.entries(cases)) {
      assert.throws(() => resolveProgram(name, { PATH: `${bin}:${folder}` }, 'linux'), withCode(code), name);
    }
  });

  it('takes nothing from the current directory', () => {
    const here = process.cwd();
    process.chdir(join(folder, 'bin'));
    try {
      for (const PATH of ['', ':', '.', './', '../bin', undefined]) {
        assert.throws(() => resolveProgram('mine', { PATH }, 'linux'), withCode('not-found'), PATH);
      }
      for (const name of ['./mine', '../bin/mine']) {
        assert.throws(() => resolveProgram(name, { PATH: '/bin' }, 'linux'), withCode('not-found'), name);
      }
    } finally {
      process.chdir(here);
    }
  });
});

describe('programs.run', { skip }, () => {
  it('leaves the passphrase to those alone that may open the vault', async () => {
    const environment = { PATH: '/usr/bin:/bin', CCVAULT_PASSPHRASE: 'made up', OTHER: 'kept' };
    const line = 'echo "${CCVAULT_PASSPHRASE-none} $OTHER"';
    const outputs = [
      await programs.run(['sh', '-c', line], options({ environment })),
      await programs.runShell(line, options({ environment })),
      await programs.runBriefly(['sh', '-c', line], environment),
    ].map(({ stdout }) => stdout);
    assert.deepEqual(
      outputs,
      Array.from({ length: 3 }, () => 'none kept\n'),
    );
    const { stdout } = await programs.run(['sh', '-c', line], options({ environment, mayOpenVault: true }));
    assert.equal(stdout, 'made up kept\n');
  });

  it('gives exit code and output as they were, arguments without a shell', async () => {
    const result = await programs.run([join(folder, 'bin', 'mine'), '$HOME', 'a b;c'], options());
    assert.deepEqual(result, { exitCode: 0, stdout: 'mine $HOME a b;c\n' });
    assert.equal((await programs.run(['false'], options())).exitCode, 1);
  });

  it('hands over input and no more than the environment given', async () => {
    assert.equal((await programs.run(['cat'], options({ input: 'in put\n' }))).stdout, 'in put\n');
    assert.equal((await programs.run(['cat'], options())).stdout, '');
    const environment = { PATH: '/usr/bin:/bin', ONLY: 'this', NOT: undefined };
    const { stdout } = await programs.run(['env'], options({ environment }));
    assert.deepEqual(stdout.trim().split('\n').sort(), ['ONLY=this', 'PATH=/usr/bin:/bin']);
  });

  it('fails for what is not there, takes too long or prints too much', async () => {
    await assert.rejects(programs.run(['no-such-program'], options()), withCode('not-found'));
    await assert.rejects(
      programs.run(['sleep', '60'], options({ timeoutMilliseconds: 100 })),
      withCode('timeout'),
    );
    await assert.rejects(
      programs.run(['head', '-c', '2000000', '/dev/zero'], options()),
      withCode('output-too-large'),
    );
  });

  it('counts a signal as the shells do', async () => {
    assert.equal((await programs.run(['sh', '-c', 'kill -9 $$'], options())).exitCode, 137);
  });
});

describe('programs.runShell', { skip }, () => {
  it('runs a line of the user through sh', async () => {
    const result = await programs.runShell('printf "%s" "$ONE" | tr a-z A-Z; exit 3', {
      ...options({ environment: { PATH: '/usr/bin:/bin', ONE: 'one' } }),
    });
    assert.deepEqual(result, { exitCode: 3, stdout: 'ONE' });
  });

  it('gives up in time though a grandchild holds the output open', async () => {
    await assert.rejects(
      programs.runShell('sleep 20 & sleep 20', options({ timeoutMilliseconds: 100 })),
      withCode('timeout'),
    );
  });
});
