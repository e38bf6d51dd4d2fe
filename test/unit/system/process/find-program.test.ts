import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isCliError } from '../../../../src/core/errors.ts';
import { cannotRun, findProgram } from '../../../../src/system/process/find-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccvault-find-'));
const isRoot = process.getuid?.() === 0;

function refusal(name: string, searchPath: string): string | undefined {
  try {
    findProgram(name, searchPath);
    return undefined;
  } catch (error) {
    return isCliError(error) ? error.code : String(error);
  }
}

describe('finding a program', { skip: process.platform === 'win32' && 'POSIX only' }, () => {
  before(() => {
    for (const [name, mode] of [
      ['runs/tool', 0o755],
      ['denied/tool', 0o644],
      ['closed/tool', 0o755],
    ] as const) {
      mkdirSync(join(folder, name, '..'));
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), mode);
    }
    mkdirSync(join(folder, 'folders/tool'), { recursive: true });
    chmodSync(join(folder, 'closed'), 0o600);
  });

  after(() => {
    chmodSync(join(folder, 'closed'), 0o700);
    rmSync(folder, { recursive: true });
  });

  it('takes the first that may be run', () => {
    const path = [`${folder}/denied`, `${folder}/folders`, '/nowhere', `${folder}/runs`].join(':');
    assert.equal(findProgram('tool', path), `${folder}/runs/tool`);
  });

  it('takes a name with a slash as it is', () => {
    assert.equal(findProgram(`${folder}/runs/tool`, ''), `${folder}/runs/tool`);
  });

  it('searches the default path where there is no PATH', () => {
    assert.equal(findProgram('sh', undefined), '/bin/sh');
  });

  it('tells what may not be run from what is not there', () => {
    assert.equal(refusal('tool', `${folder}/denied:/nowhere`), 'command-not-executable');
    assert.equal(refusal('tool', `${folder}/folders`), 'command-not-executable');
    assert.equal(refusal('tool', '/nowhere'), 'command-not-found');
    assert.equal(refusal('', `${folder}/runs`), 'command-not-found');
    assert.equal(refusal(`${folder}/runs/tool/below`, ''), 'command-not-found');
  });

  it(
    'passes over a folder that may not be searched',
    { skip: isRoot && 'root may search every folder' },
    () => {
      assert.equal(refusal('tool', `${folder}/closed`), 'command-not-found');
      assert.equal(refusal(`${folder}/closed/tool`, ''), 'command-not-executable');
    },
  );

  it('names what the system answered', () => {
    assert.equal(cannotRun('tool', 'ETXTBSY').message, 'cannot run tool (ETXTBSY)');
    assert.equal(cannotRun('tool', 'ENOENT').code, 'command-not-executable');
  });
});
