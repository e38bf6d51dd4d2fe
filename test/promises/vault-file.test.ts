// The vault file under both runtimes and the age program: old or new whatever befalls a write, and no format of our own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openAgeVault } from '../../src/system/keystore/age-vault.ts';
import type { AgeVault } from '../../src/system/keystore/age-vault.ts';
import { findBun, findNode } from '../support/builds.ts';
import { createLightVault } from '../support/light-vault.ts';
import { requires } from '../support/requires.ts';
import { createVaultSystem } from '../support/vault-system.ts';

const DRIVER = join(import.meta.dirname, '../support/vault-driver.ts');
const PASSPHRASE = 'four made up words';
const ENV = { CCVAULT_PASSPHRASE: PASSPHRASE, PATH: process.env['PATH'] };
const KEY = JSON.stringify({ accessKeyId: 'AKIAEXAMPLEEXAMPLE', nested: { n: 1 } });

let directory = '';
let path = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ccvault-age-'));
  path = join(directory, 'vault.age');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** The vault as a new process finds it. */
function open(): AgeVault {
  return openAgeVault(createVaultSystem(directory, { env: ENV }));
}

describe('the age program', () => {
  it('opens the vault', { skip: requires('age', 'script') }, async () => {
    await open().write('key/prod', KEY);
    await underTerminal(`age -d -o out.json vault.age`, `${PASSPHRASE}\n`);
    assert.deepEqual(JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8')), {
      version: 1,
      items: { 'key/prod': JSON.parse(KEY) as unknown },
    });
  });

  it('makes a vault that opens', { skip: requires('age', 'script') }, async () => {
    writeFileSync(join(directory, 'in.json'), '{"version":1,"items":{"key/a":{"n":1},"session-key":"text"}}');
    await underTerminal(`age -p -o vault.age in.json`, `${PASSPHRASE}\n${PASSPHRASE}\n`);
    assert.equal(await open().read('key/a'), '{"n":1}');
    await open().write('key/b', 'x');
    assert.deepEqual(await open().list(), ['key/a', 'key/b', 'session-key']);
  });
});

for (const [runtime, program] of [
  ['node', findNode()],
  ['bun', findBun()],
] as const) {
  const missing = program === undefined ? `no ${runtime} for this machine` : false;

  async function drive(
    operations: readonly (readonly string[])[],
    wrapper: readonly string[] = [],
  ): Promise<string> {
    const [command, ...argv] = [...wrapper, program ?? '', DRIVER, directory];
    const child = spawn(command, argv, { env: ENV, stdio: ['pipe', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdin.end(JSON.stringify(operations));
    await once(child, 'close');
    return output;
  }

  describe(`the vault file under ${runtime}`, { skip: missing }, () => {
    beforeEach(() => createLightVault(directory, PASSPHRASE));

    it('is shared by both runtimes', async () => {
      await open().write('key/a', KEY);
      const outcomes: unknown = JSON.parse(
        await drive([['read', 'key/a'], ['write', 'key/b', 'x'], ['list']]),
      );
      assert.deepEqual(outcomes, [{ result: KEY }, {}, { result: ['key/a', 'key/b'] }]);
      assert.equal(await open().read('key/b'), 'x');
    });

    // A write syncs the new file, syncs and renames its copy of the old one, and renames the new one into place.
    for (const [what, injection, outcome] of [
      ['killed at the 1st sync', 'fsync:signal=SIGKILL:when=1', 'old'],
      ['killed at the 2nd sync', 'fsync:signal=SIGKILL:when=2', 'old'],
      ['killed at the 3rd sync', 'fsync:signal=SIGKILL:when=3', 'old'],
      ['killed at the 4th sync', 'fsync:signal=SIGKILL:when=4', 'new'],
      ['refused the 1st rename', 'rename:error=EIO:when=1', 'refused'],
      ['refused the 2nd rename', 'rename:error=EIO:when=2', 'refused'],
      ['refused every sync', 'fsync:error=EIO', 'refused'],
    ] as const) {
      it(`is old or new when ${what}`, { skip: requires('strace') }, async () => {
        const vault = open();
        await vault.write('key/old', KEY);
        const before = readFileSync(path);
        const strace = [
          'strace',
          '-f',
          '-o',
          '/dev/null',
          '-e',
          'trace=fsync,rename',
          '-e',
          `inject=${injection}`,
        ];
        const output = await drive([['write', 'key/new', 'new']], strace);
        if (outcome === 'refused') assert.match(output, /cannot write .*as it was before/);
        else assert.equal(output, '');
        if (outcome !== 'new') assert.deepEqual(readFileSync(path), before);
        assert.equal(await vault.read('key/old'), KEY);
        assert.equal(await vault.read('key/new'), outcome === 'new' ? 'new' : undefined);
        // And the next one gets through.
        await vault.write('key/next', 'next');
        assert.equal(await vault.read('key/next'), 'next');
      });
    }

    it('is the old one when the disk is full', { skip: requires('sh') }, async () => {
      await open().write('key/old', KEY);
      const before = readFileSync(path);
      const output = await drive([['write', 'key/new', 'new']], ['sh', '-c', 'ulimit -f 0; exec "$@"', 'sh']);
      assert.match(output, /cannot write .*vault\.age.*as it was before/);
      assert.deepEqual(readFileSync(path), before);
      assert.equal(existsSync(`${path}.new`), false);
    });
  });
}

/** age asks on the terminal only. */
async function underTerminal(command: string, input: string): Promise<void> {
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
}
