import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createCrypto } from '../../../../src/system/crypto.ts';
import { codePoint } from '../../../support/code-point.ts';
import { filesOf } from '../../../support/files.ts';
import type { SessionKey } from '../../../../src/vault/sessions/session-key.ts';
import { SessionStore } from '../../../../src/vault/sessions/session-store.ts';
import type { SessionHeader } from '../../../../src/vault/sessions/session-header.ts';
import { modeOf } from '../../../support/files.ts';
import { collect } from '../../../support/resolve-bench.ts';
import { runs } from '../../../support/fuzz.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;
const PAYLOAD = JSON.stringify({ accessKeyId: 'ASIAQQQQQQQQQQQQQQQQ', secretAccessKey: 'x'.repeat(40) });

let root: string;
let said: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccvault-sessions-'));
  said = [];
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const folder = (): string => join(root, 'vault/sessions');

function open(sealedWith: Uint8Array | 'no key' = new Uint8Array(32).fill(7)): SessionStore {
  const key = sealedWith === 'no key' ? undefined : sealedWith;
  const held: Pick<SessionKey, 'get' | 'getOrMake' | 'forgetAnswers'> = {
    forgetAnswers: () => {},
    get: async () => key,
    getOrMake: async () => key ?? new Uint8Array(32),
  };
  return new SessionStore(
    {
      files: filesOf(join(root, 'vault')),
      crypto: createCrypto(),
      clock: { now: () => NOW, sleep: async () => {} },
      out: collect(said),
      host: {
        os: 'linux',
        runtime: 'node',
        pid: 1,
        userName: 'me',
        homeDirectory: root,
        startedAs: [''],
        vaultDirectory: join(root, 'vault'),
      },
    },
    held as SessionKey,
  );
}

function header(change: Partial<SessionHeader> = {}): SessionHeader {
  return {
    version: 1,
    profile: 'prod',
    kind: 'assume-role',
    account: '111122223333',
    roleArn: 'arn:aws:iam::111122223333:role/deploy',
    expiresAt: new Date(NOW + 3_600_000).toISOString(),
    madeAt: '2026-11-20T08:00:00.000Z',
    grantedSeconds: 3600,
    root: 'r',
    ...change,
  };
}

function onlyFile(): string {
  const [name, ...more] = readdirSync(folder());
  assert.ok(name !== undefined && more.length === 0);
  return join(folder(), name);
}

describe('a session file', () => {
  it('comes back as it was', async () => {
    await open().write('a', header(), PAYLOAD);
    assert.deepEqual(await open().read('a'), { header: header(), payload: PAYLOAD });
    assert.deepEqual(said, []);
  });

  it('carries any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: codePoint }),
        fc.string({ unit: codePoint }),
        async (name, payload) => {
          await open().write(name, header({ profile: payload }), payload);
          const back = await open().read(name);
          assert.equal(back?.payload, payload);
          assert.equal(back.header.profile, payload);
        },
      ),
      runs(30),
    );
  });

  it('shows its header to those without a key, and nothing else', async () => {
    await open().write('a', header(), PAYLOAD);
    assert.deepEqual(open('no key').header('a'), header());
    assert.deepEqual(
      open('no key')
        .list()
        .map((one) => one.header),
      [header()],
    );
    const [first] = readFileSync(onlyFile(), 'utf8').split('\n', 1);
    assert.deepEqual(JSON.parse(first ?? ''), header());
    assert.ok(!readFileSync(onlyFile(), 'latin1').includes('x'.repeat(8)));
    assert.equal(await open('no key').read('a'), undefined);
  });

  it('is a miss with any byte changed', async () => {
    await open().write('a', header(), PAYLOAD);
    const path = onlyFile();
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at++) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 0x01;
      writeFileSync(path, copy);
      assert.equal(await open().read('a'), undefined, `byte ${at}`);
    }
    writeFileSync(path, bytes);
    assert.ok(await open().read('a'));
  });

  it('is a miss cut off at any place, or with more behind it', async () => {
    await open().write('a', header(), PAYLOAD);
    const path = onlyFile();
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(path, bytes.subarray(0, length));
      assert.equal(await open().read('a'), undefined, `${length} bytes`);
    }
    writeFileSync(path, Buffer.concat([bytes, Buffer.from([0])]));
    assert.equal(await open().read('a'), undefined);
  });

  it('is a miss under the name of another one', async () => {
    const store = open();
    await store.write('a', header(), PAYLOAD);
    await store.write('b', header({ profile: 'other' }), 'other');
    const [a, b] = [store.nameOf('a'), store.nameOf('b')].map((name) => join(folder(), name));
    assert.ok(a !== undefined && b !== undefined);
    copyFileSync(b, `${b}.kept`);
    copyFileSync(a, b);
    copyFileSync(`${b}.kept`, a);
    assert.equal(await open().read('a'), undefined);
    assert.equal(await open().read('b'), undefined);
  });

  it('is a miss with another key', async () => {
    await open().write('a', header(), PAYLOAD);
    assert.equal(await open(new Uint8Array(32).fill(8)).read('a'), undefined);
  });

  it('is a miss when its header is of another version', async () => {
    await open().write('a', header({ version: 2 as 1 }), PAYLOAD);
    assert.equal(await open().read('a'), undefined);
    assert.deepEqual(open().list(), []);
  });

  it('never has the same bytes twice', async () => {
    await open().write('a', header(), PAYLOAD);
    const first = readFileSync(onlyFile());
    await open().write('a', header(), PAYLOAD);
    assert.notDeepEqual(readFileSync(onlyFile()), first);
  });

  for (const umask of [0o000, 0o077, 0o777]) {
    it(`is 0600 in a folder of 0700 under umask ${umask.toString(8)}`, async () => {
      // The mask holds for the synchronous part of a write that was prepared before.
      const store = open();
      const previous = process.umask(umask);
      try {
        await store.write('a', header(), PAYLOAD);
      } finally {
        process.umask(previous);
      }
      assert.deepEqual(said, []);
      assert.equal(modeOf(onlyFile()), '600');
      assert.equal(modeOf(folder()), '700');
      assert.equal(modeOf(join(root, 'vault')), '700');
    });
  }

  it('that cannot be written is a warning and not an error', async () => {
    mkdirSync(join(root, 'vault'), { mode: 0o700 });
    writeFileSync(folder(), 'in the way');
    await open().write('a', header(), PAYLOAD);
    assert.match(said.join('\n'), /^warning: could not cache the session: /);
    assert.equal(await open().read('a'), undefined);
  });

  it('is not written into a folder that others may write to', async () => {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    chmodSync(folder(), 0o777);
    await open().write('a', header(), PAYLOAD);
    assert.equal(modeOf(folder()), '700');
  });
});

describe('the folder of sessions', () => {
  it('forgets what began with one key and keeps the rest', async () => {
    const store = open();
    const one = store.nameOf('key one');
    await store.write('a', header({ root: one }), PAYLOAD);
    await store.write('b', header({ root: one }), PAYLOAD);
    await store.write('c', header({ root: store.nameOf('key two') }), PAYLOAD);
    assert.equal(store.removeRoot('key one'), 2);
    assert.deepEqual(
      store.list().map(({ id }) => id),
      [store.nameOf('c')],
    );
  });

  it('loses what ended more than a day ago, and nothing that has no end', async () => {
    const store = open();
    await store.write('old', header({ expiresAt: new Date(NOW - DAY - 1000).toISOString() }), PAYLOAD);
    await store.write('new', header({ expiresAt: new Date(NOW - DAY + 1000).toISOString() }), PAYLOAD);
    await store.write('endless', header({ expiresAt: null, grantedSeconds: null }), PAYLOAD);
    store.prune();
    assert.deepEqual(
      store
        .list()
        .map(({ id }) => id)
        .sort(),
      [store.nameOf('new'), store.nameOf('endless')].sort(),
    );
  });

  it('shows only what is a session, and clears everything', async () => {
    const store = open();
    await store.write('a', header(), PAYLOAD);
    for (const [name, text] of [
      ['notes.txt', 'x'],
      ['0'.repeat(40), 'no header'],
      ['1'.repeat(40), 'null\nnonce-of-twelve-bytes'],
      ['2'.repeat(40), ''],
    ] as const) {
      writeFileSync(join(folder(), name), text);
    }
    assert.equal(store.list().length, 1);
    writeFileSync(join(folder(), `.ccvault-${'3'.repeat(40)}-${'4'.repeat(16)}.tmp`), 'half a session');
    assert.equal(store.removeAll(), 4);
    assert.deepEqual(readdirSync(folder()), ['notes.txt']);
  });

  it('is not there before the first write', async () => {
    assert.deepEqual(open().list(), []);
    assert.equal(open().removeAll(), 0);
    assert.equal(await open().read('a'), undefined);
    assert.deepEqual(readdirSync(root), []);
    open().prune();
  });
});
