import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../../../src/core/errors.ts';
import type { KeyStore } from '../../../../src/core/ports/keystore.ts';
import { decodeItem, encodeItem, openPass } from '../../../../src/system/keystore/pass.ts';
import { findProgram, requires } from '../../../support/requires.ts';
import { run } from '../../../support/secret-service.ts';
import { createVaultSystem } from '../../../support/vault-system.ts';

const HOSTILE_NAMES = [
  'key/a b',
  '../../etc/passwd',
  '..',
  '-rf',
  'key/ü ☃',
  "it's",
  'a.gpg',
  'a%2Fb',
  '.gpg-id',
];

describe('names in the password store', () => {
  it('are single, visible, plain file names, and come back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (item) => {
        const name = encodeItem(item);
        assert.match(name, /^[A-Za-z0-9_@%][A-Za-z0-9_@%.-]*$/);
        assert.equal(decodeItem(name), item);
      }),
    );
  });

  it('given by others stay as they are', () => {
    assert.equal(decodeItem('100%'), '100%');
  });
});

describe('pass', { skip: requires('pass', 'gpg', 'gpgconf') }, () => {
  let home = '';
  let environment: Record<string, string> = {};

  function open(changes: Readonly<Record<string, string>> = {}): KeyStore {
    return openPass(createVaultSystem(home, { env: { ...environment, ...changes } }));
  }

  before(async () => {
    // Short, because the agent's socket lives in it.
    home = mkdtempSync(join(tmpdir(), 'ccv-'));
    environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      GNUPGHOME: join(home, 'gpg'),
      LC_ALL: 'C.UTF-8',
    };
    mkdirSync(join(home, 'gpg'), { mode: 0o700 });
    const identity = 'ccvault test <test@example.invalid>';
    await run(environment, [
      'gpg',
      '--batch',
      '--passphrase',
      '',
      '--quick-gen-key',
      identity,
      'default',
      'default',
    ]);
  });
  after(async () => {
    await run(environment, ['gpgconf', '--kill', 'gpg-agent']);
    // The agent may still be removing its sockets.
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  });

  it('says that there is no store yet, and does not call it empty', async () => {
    for (const work of [() => open().list(), () => open().read('key/a'), () => open().write('key/a', 'x')]) {
      assert.equal(await codeOf(work()), 'absent');
    }
    await run(environment, ['pass', 'init', 'test@example.invalid']);
    assert.deepEqual(await open().list(), []);
  });

  it('gives back what it was given, under any name, and nothing escapes', async () => {
    const store = open();
    for (const name of HOSTILE_NAMES) {
      await store.write(name, `{"of":"${name}"}`);
      assert.equal(await open().read(name), `{"of":"${name}"}`);
    }
    assert.deepEqual(await store.list(), [...HOSTILE_NAMES].sort());
    assert.deepEqual(readdirSync(join(home, '.password-store')).sort(), ['.gpg-id', 'ccvault']);
    for (const name of HOSTILE_NAMES) assert.equal(await store.remove(name), true, name);
    assert.deepEqual(await store.list(), []);
  });

  it('replaces, removes once, and misses what is not there', async () => {
    const store = open();
    await store.write('key/a', 'first');
    await store.write('key/a', 'two\nlines');
    assert.equal(await store.read('key/a'), 'two\nlines');
    assert.equal((await run(environment, ['pass', 'show', 'ccvault/key%2Fa'])).trimEnd(), 'two\nlines');
    assert.equal(await store.remove('key/a'), true);
    assert.equal(await store.remove('key/a'), false);
    assert.equal(await store.read('key/a'), undefined);
  });

  it('uses the store that PASSWORD_STORE_DIR names', async () => {
    const directory = join(home, 'other store');
    await run({ ...environment, PASSWORD_STORE_DIR: directory }, ['pass', 'init', 'test@example.invalid']);
    await open({ PASSWORD_STORE_DIR: directory }).write('key/there', 'x');
    assert.deepEqual(await open({ PASSWORD_STORE_DIR: directory }).list(), ['key/there']);
    assert.deepEqual(await open().list(), []);
  });

  it('fails where GPG does, and never calls that a missing item', async () => {
    const store = open();
    await store.write('key/broken', 'x');
    writeFileSync(join(home, '.password-store/ccvault/key%2Fbroken.gpg'), 'no message');
    await assert.rejects(store.read('key/broken'), {
      code: 'denied',
      hints: ['see why with: pass show ccvault/key%2Fbroken > /dev/null'],
    });
  });

  it('says that neither program is installed', async () => {
    const folder = join(home, 'bin');
    mkdirSync(folder);
    symlinkSync(findProgram('gpg') ?? '', join(folder, 'gpg'));
    assert.equal(await codeOf(open({ PATH: folder }).list()), 'absent');
  });
});

describe('gopass', () => {
  // What the two programs of that name answer; the first is github.com/aviau/gopass, as Debian packages it.
  for (const [what, script, code] of [
    ['of Debian is named as another program', 'echo "Usage: gopass show [pass-name]"; exit 1', 'absent'],
    ['that is no password store is named as well', 'echo "something else 1.0"', 'absent'],
    [
      'of gopass.pw lists its store',
      'case "$1" in --version) echo "gopass 1.15.13 go1.22 linux amd64";; *) echo ccvault/key%2Fa;; esac',
      undefined,
    ],
  ] as const) {
    it(what, async () => {
      const home = mkdtempSync(join(tmpdir(), 'ccv-'));
      try {
        writeFileSync(join(home, 'gopass'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        const store = openPass(createVaultSystem(home, { env: { PATH: home } }));
        if (code === undefined) assert.deepEqual(await store.list(), ['key/a']);
        else {
          await assert.rejects(store.list(), /another program/);
          assert.equal(await codeOf(store.read('key/a')), code);
        }
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    });
  }
});

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isCliError(error) ? error.code : assert.fail('no CliError');
}
