import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Secret } from '../../../../src/core/secret.ts';
import {
  decodeKeyItem,
  encodeKeyItem,
  entryOf,
  keyItemName,
  profileOfItem,
} from '../../../../src/vault/keys/key-item.ts';
import type { KeyItem } from '../../../../src/vault/keys/key-item.ts';
import { codePoint } from '../../../support/code-point.ts';

const text = fc.string({ minLength: 1, unit: codePoint });

const plain = fc.stringMatching(/^[0-9A-Za-z+/]{1,64}$/).map((one) => `AK${one}`);

const items: fc.Arbitrary<KeyItem> = fc
  .record(
    {
      profile: text,
      accessKeyId: plain,
      secret: plain,
      generation: text,
      storedAt: text,
      account: text,
      arn: text,
      createdAt: text,
    },
    { requiredKeys: ['profile', 'accessKeyId', 'secret', 'generation', 'storedAt'] },
  )
  .map(({ secret, ...rest }) => Object.assign(rest, { secretAccessKey: new Secret(secret) }));

describe('a key as an item of the backend', () => {
  it('comes back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(items, (item) => {
        const back = decodeKeyItem(encodeKeyItem(item));
        assert.ok(back);
        assert.equal(back.secretAccessKey.reveal(), item.secretAccessKey.reveal());
        assert.deepEqual(entryOf(back), entryOf(item));
      }),
    );
  });

  it('has its secret nowhere in the entry for the index', () => {
    fc.assert(
      fc.property(items, fc.stringMatching(/^[A-Za-z0-9]{40}$/), (item, secret) => {
        const entry = entryOf({ ...item, secretAccessKey: new Secret(secret) });
        assert.ok(!JSON.stringify(entry).includes(secret));
        assert.ok(!('secretAccessKey' in entry));
      }),
    );
  });

  it('is refused when it is anything else, without a throw', () => {
    const good = { profile: 'p', accessKeyId: 'AKIA', secretAccessKey: 's', generation: 'g', storedAt: 't' };
    for (const name of ['profile', 'accessKeyId', 'secretAccessKey', 'generation']) {
      for (const value of [undefined, '', 7, null, {}]) {
        assert.equal(decodeKeyItem(JSON.stringify({ ...good, [name]: value })), undefined, name);
      }
    }
    for (const faulty of [
      { accessKeyId: 'A K' },
      { accessKeyId: 'ASIAMADEUP' },
      { secretAccessKey: 's\n' },
    ]) {
      assert.equal(decodeKeyItem(JSON.stringify({ version: 1, ...good, ...faulty })), undefined);
    }
    fc.assert(fc.property(fc.json(), (json) => assert.equal(decodeKeyItem(json), undefined)));
    fc.assert(fc.property(fc.string(), (any) => assert.equal(decodeKeyItem(any), undefined)));
  });

  it('has a name that gives the profile back', () => {
    fc.assert(
      fc.property(fc.string(), (profile) => assert.equal(profileOfItem(keyItemName(profile)), profile)),
    );
    assert.equal(profileOfItem('session-key'), undefined);
  });
});
