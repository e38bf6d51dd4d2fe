import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { isCliError } from '../../../../src/core/errors.ts';
import { openAgeVault } from '../../../../src/system/keystore/age-vault.ts';
import type { AgeVault } from '../../../../src/system/keystore/age-vault.ts';
import { cliError, modeOf } from '../../../support/files.ts';
import { createLightVault } from '../../../support/light-vault.ts';
import { createVaultSystem } from '../../../support/vault-system.ts';

const PASSPHRASE = 'four made up words';
const ENV = { CCVAULT_PASSPHRASE: PASSPHRASE, PATH: process.env['PATH'] };
const KEY = JSON.stringify({ accessKeyId: 'AKIAEXAMPLEEXAMPLE', nested: { n: 1 } });

let directory = '';
let path = '';
let backup = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ccvault-age-'));
  path = join(directory, 'vault.age');
  backup = `${path}.bak`;
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** The vault as a new process finds it. */
function open(setup: Parameters<typeof createVaultSystem>[1] = { env: ENV }): AgeVault {
  return openAgeVault(createVaultSystem(directory, setup));
}

async function failure(work: Promise<unknown>): Promise<{ code: string | undefined; text: string }> {
  try {
    await work;
  } catch (error) {
    if (isCliError(error)) return { code: error.code, text: [error.message, ...error.hints].join('\n') };
    throw error;
  }
  return assert.fail('it did not fail');
}

describe('a vault file that is not there', () => {
  it('does not come to be by reading', async () => {
    const vault = open({ env: {} });
    assert.equal(await vault.read('key/a'), undefined);
    assert.deepEqual(await vault.list(), []);
    assert.equal(await vault.remove('key/a'), false);
    assert.equal(existsSync(path), false);
  });

  it('is made under a passphrase that is asked for twice, with the work factor that OWASP advises', async () => {
    const transcript: string[] = [];
    const vault = open({ answers: ['', PASSPHRASE, 'mistyped', PASSPHRASE, PASSPHRASE], transcript });
    await Promise.all([vault.write('key/a', KEY), vault.write('key/b', KEY), vault.list()]);
    assert.deepEqual(transcript, [
      `New passphrase for ${path}: `,
      'a passphrase must have at least 8 characters; choose several words',
      `New passphrase for ${path}: `,
      'Repeat the passphrase: ',
      'the passphrases do not match; try again',
      `New passphrase for ${path}: `,
      'Repeat the passphrase: ',
    ]);
    assert.match(readFileSync(path, 'latin1'), /^age-encryption\.org\/v1\n-> scrypt [\w+/]{22} 17\n/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('is made with a warning under a short passphrase of the environment, and is never asked for a longer one', async () => {
    const transcript: string[] = [];
    await open({ env: { CCVAULT_PASSPHRASE: 'seven77' }, transcript }).write('key/a', KEY);
    assert.deepEqual(transcript, [
      `the passphrase from CCVAULT_PASSPHRASE has fewer than 8 characters: anyone who copies ${path} can guess it`,
    ]);
    transcript.length = 0;
    assert.equal(await open({ env: { CCVAULT_PASSPHRASE: 'seven77' }, transcript }).read('key/a'), KEY);
    assert.deepEqual(transcript, []);
  });
});

describe('the vault file', () => {
  beforeEach(() => createLightVault(directory, PASSPHRASE));

  it('gives back every text, under any name', async () => {
    const items = new Map([
      ['key/a b', KEY],
      ['key/../..', '{ "spaced": 1 }'],
      ['key/ü☃', '"a string"'],
      ['__proto__', '{"__proto__":1}'],
      ['session-key', 'c2Vzc2lvbg=='],
      ['12', '[1]'],
      ['', ''],
    ]);
    const vault = open();
    for (const [item, value] of items) await vault.write(item, value);
    const reopened = open();
    assert.deepEqual(await reopened.list(), [...items.keys()].sort());
    for (const [item, value] of items) assert.equal(await reopened.read(item), value, item);
  });

  it('is private, whatever its mode was, and behind no link', async () => {
    chmodSync(path, 0o644);
    await open().write('key/a', KEY);
    assert.equal(modeOf(path), '600');
    const target = join(directory, 'elsewhere.age');
    renameSync(path, target);
    symlinkSync(target, path);
    const before = readFileSync(target);
    await assert.rejects(open().write('key/b', KEY), cliError('keystore', /vault\.age is a symbolic link/));
    assert.deepEqual(readFileSync(target), before);
  });

  it('is read again when another process has changed it', async () => {
    const one = open();
    const other = open();
    await one.write('key/a', 'first');
    assert.equal(await other.read('key/a'), 'first');
    await one.write('key/a', 'second');
    assert.equal(await other.read('key/a'), 'second');
    await other.write('key/b', 'theirs');
    assert.deepEqual(await one.list(), ['key/a', 'key/b']);
  });

  it('keeps the version before only until the next verified read', async () => {
    await open().write('key/a', KEY);
    const first = readFileSync(path);
    await open().write('key/b', KEY);
    assert.deepEqual(readFileSync(backup), first);
    assert.equal(statSync(backup).mode & 0o777, 0o600);
    assert.equal(
      (await failure(open({ env: { CCVAULT_PASSPHRASE: 'wrong' } }).read('key/a'))).code,
      'wrong-passphrase',
    );
    assert.equal(existsSync(backup), true);
    await open().read('key/a');
    assert.equal(existsSync(backup), false);
  });

  it('leaves no copy of what was removed or replaced', async () => {
    const vault = open();
    await vault.write('key/a', KEY);
    await vault.write('key/b', KEY);
    await vault.write('key/b', 'new');
    assert.equal(existsSync(backup), false);
    await vault.write('key/c', KEY);
    assert.equal(await vault.remove('key/c'), true);
    assert.equal(existsSync(backup), false);
    assert.equal(await vault.remove('key/c'), false);
  });

  it('is never overwritten when it cannot be read', async () => {
    await open().write('key/a', KEY);
    const good = readFileSync(path);
    const cases: readonly (readonly [string, Buffer, string])[] = [
      ['cut', good.subarray(0, -1), 'damaged'],
      ['empty', Buffer.alloc(0), 'damaged'],
      ['changed payload', changed(good, good.length - 5), 'damaged'],
      ['changed key', changed(good, good.indexOf('\n', 30) + 4), 'wrong-passphrase'],
      ['other file', Buffer.from('{"version":1}'), 'damaged'],
      ['too much work', Buffer.from(good.toString('latin1').replace(/ 2\n/, ' 21\n'), 'latin1'), 'damaged'],
    ];
    for (const [name, bytes, code] of cases) {
      writeFileSync(path, bytes);
      for (const attempt of [
        () => open().read('key/a'),
        () => open().write('key/b', 'x'),
        () => open().remove('key/a'),
      ]) {
        const { code: found, text } = await failure(attempt());
        assert.equal(found, code, name);
        assert.ok(unquoted(text).includes(`age -d ${path}`), text);
      }
      assert.deepEqual(readFileSync(path), bytes, name);
    }
  });

  it('names the version before, where there is one, when it is damaged', async () => {
    await open().write('key/a', KEY);
    await open().write('key/b', KEY);
    writeFileSync(path, 'age-encryption.org/v1\n');
    assert.ok(unquoted((await failure(open().list())).text).includes(`age -d ${backup}`));
    assert.ok(existsSync(backup));
  });
});

describe('the passphrase', () => {
  beforeEach(() => createLightVault(directory, PASSPHRASE));

  it('is asked for once in a process', async () => {
    await open().write('key/a', KEY);
    const transcript: string[] = [];
    const vault = open({ answers: [PASSPHRASE], transcript });
    await Promise.all([vault.read('key/a'), vault.read('key/b'), vault.write('key/c', KEY)]);
    assert.deepEqual(transcript, [`Passphrase for ${path}: `]);
  });

  it('may be mistyped twice', async () => {
    await open().write('key/a', KEY);
    assert.equal(await open({ answers: ['wrong', '', PASSPHRASE] }).read('key/a'), KEY);
    const transcript: string[] = [];
    const vault = open({ answers: ['wrong', 'wrong', 'wrong', PASSPHRASE], transcript });
    assert.equal((await failure(vault.read('key/a'))).code, 'wrong-passphrase');
    assert.equal(transcript.filter((line) => line.startsWith('Passphrase for')).length, 3);
  });

  it('comes from a command, whose first line it is', async () => {
    await open().write('key/a', KEY);
    const command = `printf '${PASSPHRASE}\\nanother line\\n'`;
    assert.equal(
      await open({ env: { ...process.env, CCVAULT_PASSPHRASE_COMMAND: command } }).read('key/a'),
      KEY,
    );
    for (const [line, why] of [
      ['exit 3', /exited with code 3/],
      ['true', /printed no passphrase/],
    ] as const) {
      const { text } = await failure(
        open({ env: { ...process.env, CCVAULT_PASSPHRASE_COMMAND: line } }).list(),
      );
      assert.match(text, why);
    }
  });

  it('cannot be asked for without a terminal, and is never empty', async () => {
    await open().write('key/a', KEY);
    for (const attempt of [() => open({ env: {} }).list(), () => open({ env: {} }).write('key/b', 'x')]) {
      const { code, text } = await failure(attempt());
      assert.equal(code, 'prompt-impossible');
      assert.match(text, /CCVAULT_PASSPHRASE, or CCVAULT_PASSPHRASE_COMMAND/);
    }
    assert.equal((await failure(open({ env: { CCVAULT_PASSPHRASE: '' } }).list())).code, 'wrong-passphrase');
  });

  it('is in no error', async () => {
    await open().write('key/a', KEY);
    const secret = 'wrong-4711-passphrase';
    assert.ok(!(await failure(open({ env: { CCVAULT_PASSPHRASE: secret } }).list())).text.includes(secret));
  });

  it('can be changed, also under another process', async () => {
    await open().write('key/a', KEY);
    const other = open({ env: ENV });
    await other.read('key/a');
    await open({ env: ENV, answers: ['another one', 'another one'] }).changePassphrase();
    assert.equal(existsSync(backup), false);
    assert.equal((await failure(open().read('key/a'))).code, 'wrong-passphrase');
    assert.equal((await failure(other.write('key/b', 'x'))).code, 'wrong-passphrase');
    assert.equal(await open({ answers: ['another one'] }).read('key/a'), KEY);
    assert.equal(
      (await failure(openAgeVault(createVaultSystem(join(directory, 'none'), {})).changePassphrase())).code,
      'absent',
    );
  });
});

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
  return copy;
}

/** The folder's path may have a blank, which a command quotes. */
function unquoted(text: string): string {
  return text.replaceAll("'", '');
}
