import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
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
import { findBun, findNode } from '../../../support/builds.ts';
import { requires } from '../../../support/requires.ts';
import { createVaultSystem } from '../../../support/vault-system.ts';

const DRIVER = join(import.meta.dirname, '../../../support/vault-driver.ts');
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

describe('the vault file', () => {
  it('does not come to be by reading', async () => {
    const vault = open({ env: {} });
    assert.equal(await vault.read('key/a'), undefined);
    assert.deepEqual(await vault.list(), []);
    assert.equal(await vault.remove('key/a'), false);
    assert.equal(existsSync(path), false);
  });

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

  it('is private, whatever the umask, and stays where a link points', async () => {
    const target = join(directory, 'elsewhere.age');
    symlinkSync(target, path);
    await open().write('key/a', KEY);
    assert.equal(statSync(target).mode & 0o777, 0o600);
    chmodSync(target, 0o644);
    await open().write('key/b', KEY);
    assert.equal(statSync(target).mode & 0o777, 0o600);
    assert.deepEqual(await open().list(), ['key/a', 'key/b']);
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
      ['too much work', Buffer.from(good.toString('latin1').replace(/ 17\n/, ' 21\n'), 'latin1'), 'damaged'],
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
        assert.ok(text.includes(`age -d ${path}`), text);
      }
      assert.deepEqual(readFileSync(path), bytes, name);
    }
  });

  it('names the version before, where there is one, when it is damaged', async () => {
    await open().write('key/a', KEY);
    await open().write('key/b', KEY);
    writeFileSync(path, 'age-encryption.org/v1\n');
    assert.ok((await failure(open().list())).text.includes(`age -d ${backup}`));
    assert.ok(existsSync(backup));
  });
});

describe('the passphrase', () => {
  it('is asked for twice when the vault is made, and once in a process', async () => {
    const transcript: string[] = [];
    const vault = open({ answers: ['', PASSPHRASE, 'mistyped', PASSPHRASE, PASSPHRASE], transcript });
    await Promise.all([vault.write('key/a', KEY), vault.write('key/b', KEY), vault.list()]);
    assert.deepEqual(transcript, [
      `new passphrase for ${path}: `,
      'a passphrase cannot be empty',
      `new passphrase for ${path}: `,
      'the same again: ',
      'the two are not the same',
      `new passphrase for ${path}: `,
      'the same again: ',
    ]);
    const again: string[] = [];
    const reopened = open({ answers: [PASSPHRASE], transcript: again });
    await Promise.all([reopened.read('key/a'), reopened.read('key/b'), reopened.write('key/c', KEY)]);
    assert.deepEqual(again, [`passphrase for ${path}: `]);
  });

  it('may be mistyped twice', async () => {
    await open().write('key/a', KEY);
    assert.equal(await open({ answers: ['wrong', '', PASSPHRASE] }).read('key/a'), KEY);
    const transcript: string[] = [];
    const vault = open({ answers: ['wrong', 'wrong', 'wrong', PASSPHRASE], transcript });
    assert.equal((await failure(vault.read('key/a'))).code, 'wrong-passphrase');
    assert.equal(transcript.filter((line) => line.startsWith('passphrase for')).length, 3);
  });

  it('comes from a command, whose first line it is', async () => {
    await open().write('key/a', KEY);
    const command = `printf '${PASSPHRASE}\\nanother line\\n'`;
    assert.equal(
      await open({ env: { ...process.env, CCVAULT_PASSPHRASE_COMMAND: command } }).read('key/a'),
      KEY,
    );
    for (const [line, why] of [
      ['exit 3', /exit code 3/],
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
    it('is shared by both runtimes', async () => {
      await open().write('key/a', KEY);
      const outcomes: unknown = JSON.parse(
        await drive([['read', 'key/a'], ['write', 'key/b', 'x'], ['list']]),
      );
      assert.deepEqual(outcomes, [{ result: KEY }, {}, { result: ['key/a', 'key/b'] }]);
      assert.equal(await open().read('key/b'), 'x');
    });

    // A write syncs and renames the new file, its copy of the old one, and the new one into place.
    for (const [what, injection, outcome] of [
      ['killed at the 1st sync', 'fsync:signal=SIGKILL:when=1', 'old'],
      ['killed at the 2nd sync', 'fsync:signal=SIGKILL:when=2', 'old'],
      ['killed at the 3rd sync', 'fsync:signal=SIGKILL:when=3', 'old'],
      ['killed at the 4th sync', 'fsync:signal=SIGKILL:when=4', 'old'],
      ['killed at the 5th sync', 'fsync:signal=SIGKILL:when=5', 'new'],
      ['refused the 1st rename', 'rename:error=EIO:when=1', 'refused'],
      ['refused the 2nd rename', 'rename:error=EIO:when=2', 'refused'],
      ['refused the 3rd rename', 'rename:error=EIO:when=3', 'refused'],
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

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
  return copy;
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
