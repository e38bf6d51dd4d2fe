import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Encrypter, Stanza } from 'age-encryption';
import { Secret } from '../../../../src/core/secret.ts';
import {
  AgeError,
  createFileKey,
  decryptWith,
  encryptWith,
  unlock,
} from '../../../../src/system/keystore/age-cipher.ts';

const PASSPHRASE = new Secret('four made up words');
const fileKey = await createFileKey(PASSPHRASE);

const refusedAs =
  (refusal: AgeError['refusal']) =>
  (error: unknown): boolean =>
    error instanceof AgeError && error.refusal === refusal;

/** A file with this key under any header. */
async function sealedUnder(...stanzas: readonly Stanza[]): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey(generated) {
      generated.set(fileKey.key);
      return [...stanzas];
    },
  });
  return encrypter.encrypt('text');
}

describe('an age file under a passphrase', () => {
  it('opens with the passphrase, and without another derivation with the key', async () => {
    const sealed = await encryptWith(fileKey, 'text');
    assert.equal((await unlock(sealed, PASSPHRASE)).plain, 'text');
    assert.equal(await decryptWith(fileKey, sealed), 'text');
    await assert.rejects(unlock(sealed, new Secret('another')), refusedAs('wrong-passphrase'));
  });

  it('has another ciphertext each time', async () => {
    const [one, other] = [await encryptWith(fileKey, 'text'), await encryptWith(fileKey, 'text')];
    assert.notDeepEqual(one, other);
  });

  it('is not opened where somebody else could have made it too', async () => {
    const other = new Stanza(['X25519', 'A'.repeat(43)], new Uint8Array(32));
    for (const stanzas of [[fileKey.stanza, other], [other, fileKey.stanza], [other]]) {
      await assert.rejects(unlock(await sealedUnder(...stanzas), PASSPHRASE), refusedAs('damaged'));
    }
  });

  it('is not opened with a header that is not of this form', async () => {
    const [, salt = ''] = fileKey.stanza.args;
    for (const args of [
      ['scrypt', salt],
      ['scrypt', salt, '017'],
      ['scrypt', salt, '0'],
      ['scrypt', salt, '21'],
      ['scrypt', salt, '17', 'more'],
      ['scrypt', salt.slice(2), '17'],
    ]) {
      const sealed = await sealedUnder(new Stanza(args, fileKey.stanza.body));
      await assert.rejects(unlock(sealed, PASSPHRASE), refusedAs('damaged'), args.join(' '));
    }
  });
});
