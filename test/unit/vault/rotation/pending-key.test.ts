import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeyStore } from '../../../../src/core/ports/keystore.ts';
import { Secret } from '../../../../src/core/secret.ts';
import { createCrypto } from '../../../../src/system/crypto.ts';
import { PendingKey } from '../../../../src/vault/rotation/pending-key.ts';
import { cliError } from '../../../support/files.ts';
import { memoryStore } from '../../../support/resolve-bench.ts';

const SECRET = 'made-up/secret+of+forty+characters+00000';
const KEY = {
  accessKeyId: 'AKIAQQQQQQQQQQQQ7777',
  secretAccessKey: new Secret(SECRET),
  createdAt: '2026-01-01T00:00:00.000Z',
};

function open(items: Map<string, string>, change: Partial<KeyStore> = {}): PendingKey {
  const store: KeyStore = { ...memoryStore(items), ...change };
  return new PendingKey({ store: async () => store }, createCrypto(), 'dev');
}

describe('a new key that is set aside', () => {
  it('comes back as it was, and is gone when it is removed', async () => {
    const items = new Map<string, string>();
    await open(items).write(KEY);
    const back = await open(items).read();
    assert.equal(back?.accessKeyId, KEY.accessKeyId);
    assert.equal(back.secretAccessKey.reveal(), SECRET);
    assert.equal(back.createdAt, KEY.createdAt);
    await open(items).remove();
    assert.equal(await open(items).read(), undefined);
    assert.equal(items.size, 0);
  });

  for (const [what, change] of [
    ['loses it', { write: async () => {} }],
    ['gives back another text', { read: async () => '{}' }],
    ['cuts it', { read: async () => '{"accessKeyId":"AKIAQQ' }],
  ] as const) {
    it(`counts as not kept by a backend that ${what}`, async () => {
      await assert.rejects(open(new Map(), change).write(KEY), cliError('keystore', /did not keep/));
    });
  }
});
