import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findBun } from '../../../support/builds.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const ADDON = join(ROOT, 'node_modules/@napi-rs/keyring-linux-x64-gnu/keyring.linux-x64-gnu.node');
const here = process.platform === 'linux' && process.arch === 'x64';

// The macOS and Windows builds carry their addon; the mechanism is the same with Linux's.
describe('the keyring addon of a standalone build', { skip: here ? false : 'made for Linux on x64' }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'ccvault-addon-'));
  const program = join(scratch, 'program');
  const vault = join(scratch, 'vault');
  const temporary = join(scratch, 'tmp');

  before(() => {
    const source = join(scratch, 'program.ts');
    writeFileSync(
      source,
      `import { loadKeyringAddon } from ${JSON.stringify(join(ROOT, 'src/system/keystore/keyring-addon.ts'))};
import { createFiles } from ${JSON.stringify(join(ROOT, 'src/system/files/create-files.ts'))};
const addon = await loadKeyringAddon({ files: createFiles({ vaultDirectory: ${JSON.stringify(vault)} }, { warning() {} }), host: { vaultDirectory: ${JSON.stringify(vault)} } as never });
console.log(typeof addon.AsyncEntry);
`,
    );
    const flags = ['--compile', '--external', '@napi-rs/keyring', `--asset=${ADDON}`, '--outfile', program];
    const { status, stderr } = spawnSync(findBun() ?? '', ['build', source, ...flags], { cwd: scratch });
    assert.equal(status, 0, stderr.toString());
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const run = (): string =>
    spawnSync(program, { env: { PATH: '/usr/bin:/bin', TMPDIR: temporary }, encoding: 'utf8' }).stdout.trim();

  it('is unpacked once into lib, private, and loaded from there', () => {
    assert.equal(run(), 'function');
    const [name = '', ...others] = readdirSync(join(vault, 'lib'));
    assert.deepEqual(others, []);
    assert.match(name, /^keyring-[0-9a-f]{16}\.node$/);
    assert.deepEqual(readFileSync(join(vault, 'lib', name)), readFileSync(ADDON));
    assert.equal(statSync(join(vault, 'lib')).mode & 0o777, 0o700);
    const { mtimeMs } = statSync(join(vault, 'lib', name));
    assert.equal(run(), 'function');
    assert.equal(statSync(join(vault, 'lib', name)).mtimeMs, mtimeMs);
  });

  it('is unpacked anew when its bytes are others', () => {
    const [name = ''] = readdirSync(join(vault, 'lib'));
    writeFileSync(join(vault, 'lib', name), 'not the addon');
    assert.equal(run(), 'function');
    assert.deepEqual(readFileSync(join(vault, 'lib', name)), readFileSync(ADDON));
  });
});
