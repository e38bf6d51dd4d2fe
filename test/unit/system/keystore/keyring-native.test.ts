import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { KeyStore } from '../../../../src/core/ports/keystore.ts';
import type { Locks } from '../../../../src/core/ports/locks.ts';
import { openNativeKeyring } from '../../../../src/system/keystore/keyring-native.ts';
import { cliError } from '../../../support/files.ts';
import { runs } from '../../../support/fuzz.ts';

const MAX_BYTES = 2560;

/** The Credential Manager and the Keychain as the addon shows them; its list must never be asked for. */
class NativeKeyring {
  readonly items = new Map<string, Uint8Array>();
  broken = false;

  open(): KeyStore {
    const { items } = this;
    const check = (): void => {
      if (this.broken) throw new Error('Platform secure storage failure: the keychain is locked');
    };
    class AsyncEntry {
      readonly #key: string;
      constructor(service: string, username: string) {
        this.#key = `${service} ${username}`;
      }
      async getSecret(): Promise<Uint8Array | undefined> {
        check();
        return items.get(this.#key);
      }
      async setSecret(bytes: Uint8Array): Promise<void> {
        check();
        assert.ok(bytes.length <= MAX_BYTES, `${this.#key} has ${bytes.length} bytes`);
        items.set(this.#key, bytes);
      }
      async deleteCredential(): Promise<boolean> {
        check();
        return items.delete(this.#key);
      }
    }
    const addon = { AsyncEntry } as unknown as Parameters<typeof openNativeKeyring>[1];
    return openNativeKeyring('ccvault', addon, { locks: this.#locks });
  }

  /** One after another, as the kernel has it. */
  readonly #locks: Locks = {
    withLock: async (_name, _options, work) => {
      const before = this.#last;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#last = promise;
      await before;
      try {
        return await work({ waited: false, failure: undefined, reportFailure() {} });
      } finally {
        resolve();
      }
    },
  };
  #last: Promise<void> = Promise.resolve();
}

describe('the keyrings of macOS and Windows', () => {
  for (const value of ['odd', 'even', '', '☃', 'x'.repeat(MAX_BYTES)]) {
    it(`lists items whatever their value is (${Buffer.byteLength(value)} bytes)`, async () => {
      const keyring = new NativeKeyring().open();
      await keyring.write('key/a b', value);
      await keyring.write('key/ünï', value);
      assert.deepEqual(await keyring.list(), ['key/a b', 'key/ünï']);
      assert.equal(await keyring.read('key/a b'), value);
      assert.equal(await keyring.remove('key/a b'), true);
      assert.equal(await keyring.remove('key/a b'), false);
      assert.deepEqual(await keyring.list(), ['key/ünï']);
    });
  }

  it('lists what was written and not removed, in any order and number', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    const changes = fc.array(fc.tuple(name, fc.boolean()), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const native = new NativeKeyring();
        const expected = new Set<string>();
        for (const [item, removed] of all) {
          await native.open().write(item, 'x');
          expected.add(item);
          if (!removed) continue;
          await native.open().remove(item);
          expected.delete(item);
        }
        assert.deepEqual(await native.open().list(), [...expected].sort());
      }),
      runs(40),
    );
  });

  it('lists more names than an item of Windows holds', async () => {
    const native = new NativeKeyring();
    const names = Array.from({ length: 150 }, (_, index) => `key/profile-${String(index).padStart(4, '0')}`);
    for (const name of names) await native.open().write(name, 'x');
    assert.deepEqual(await native.open().list(), names);
    for (const name of names) await native.open().remove(name);
    assert.deepEqual(await native.open().list(), []);
    assert.equal(native.items.size, 0);
  });

  it('loses no name to writes at once', async () => {
    const native = new NativeKeyring();
    const names = Array.from({ length: 20 }, (_, index) => `key/${index}`);
    await Promise.all(names.map((name) => native.open().write(name, 'x')));
    assert.deepEqual(await native.open().list(), [...names].sort());
  });

  it('says that it is locked', async () => {
    const native = new NativeKeyring();
    native.broken = true;
    for (const work of [
      () => native.open().list(),
      () => native.open().read('a'),
      () => native.open().write('a', 'b'),
    ]) {
      await assert.rejects(work(), cliError('keystore', /is locked/, /unlock it/));
    }
  });
});
