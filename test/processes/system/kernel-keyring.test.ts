import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createKernelKeyring } from '../../../src/system/kernel-keyring.ts';
import { requires } from '../../support/requires.ts';
import { compileDriver } from '../../support/system-builds.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccvault-kernel-keyring-'));
const description = `ccvault-test:${randomUUID()}`;
let driver = '';

function output(command: string, ...arguments_: readonly string[]): string {
  return spawnSync(command, arguments_, { encoding: 'utf8' }).stdout;
}

/** The key's line in /proc/keys: id, flags, count, time left, permissions, owner... */
function kernelLine(): readonly string[] {
  const line = readFileSync('/proc/keys', 'utf8')
    .split('\n')
    .find((text) => text.includes(description));
  return line?.trim().split(/\s+/) ?? [];
}

function refusal(): false | string {
  if (process.platform !== 'linux') return 'the kernel keyring is Linux';
  const missing = requires('keyctl');
  if (missing !== false) return missing;
  // Containers often forbid the calls, and then there is nothing to look at.
  return spawnSync('keyctl', ['show', '@u']).status === 0 ? false : 'the kernel refuses keyctl here';
}

describe("the kernel's user keyring", { skip: refusal() }, () => {
  before(() => {
    driver = compileDriver(folder);
  });

  after(() => {
    spawnSync(driver, ['drop', description]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps a key that keyctl reads, for this user alone and a time', () => {
    assert.equal(output(driver, 'read', description), 'none\n');
    assert.equal(output(driver, 'store', description, 'first', '100'), 'true\n');
    assert.equal(output(driver, 'read', description), 'first\n');
    const [id = '', , , left, permissions] = kernelLine();
    assert.match(left ?? '', /^(1m|9\ds|100s)$/);
    assert.equal(permissions, '3f2f0000');
    const read = spawnSync('sh', ['-c', `keyctl link @u @s; exec keyctl pipe "$0"`, `0x${id}`]);
    assert.equal(read.stdout.toString(), 'first');
  });

  it('keeps it no longer for a time of more than 32 bits', () => {
    for (const seconds of ['2147483648', '4294967295', '4294967296', '4294967297', '3599999996400']) {
      assert.equal(output(driver, 'store', description, 'long', seconds), 'true\n');
      assert.match(kernelLine()[3] ?? '', /^\d{4,}w$/, seconds);
    }
  });

  it('replaces it, with a new time', () => {
    assert.equal(output(driver, 'store', description, 'second', '7200'), 'true\n');
    assert.equal(output(driver, 'read', description), 'second\n');
    assert.match(kernelLine()[3] ?? '', /^[12]h$/);
  });

  it('reads one larger than usual', () => {
    // More than is read at once, and little of the quota that the other tests share.
    const long = 'x'.repeat(300);
    assert.equal(output(driver, 'store', description, long, '100'), 'true\n');
    assert.equal(output(driver, 'read', description), `${long}\n`);
  });

  it('is made and read in a login session that is not linked to it', () => {
    assert.equal(output('keyctl', 'session', '-', driver, 'store', description, 'third', '100'), 'true\n');
    assert.equal(output('keyctl', 'session', '-', driver, 'read', description), 'third\n');
    assert.equal(kernelLine()[4], '3f2f0000');
  });

  it('never keeps a key without an end, nor an empty one', () => {
    assert.equal(output(driver, 'store', description, 'fourth', '0'), 'false\n');
    assert.equal(output(driver, 'store', description, '', '100'), 'false\n');
    assert.equal(output(driver, 'read', description), 'third\n');
  });

  it('drops it', () => {
    assert.equal(output(driver, 'drop', description), '');
    assert.equal(output(driver, 'read', description), 'none\n');
    assert.equal(output(driver, 'drop', description), '');
  });
});

it('has no way to the kernel on Node', { skip: 'bun' in process.versions && 'this is Bun' }, async () => {
  const keyring = createKernelKeyring();
  assert.equal(await keyring.read(description), undefined);
  assert.equal(await keyring.store(description, new Uint8Array(3), 60), false);
  await keyring.drop(description);
});
