import type * as NodeCrypto from 'node:crypto';
import type { Crypto } from '../core/ports/system.ts';

const TAG_BITS = 128;

/**
 * Hashes with what each runtime has built in: in Bun, loading `node:crypto` takes as long as the rest of a cached
 * `exec`, and its own hasher takes nothing. The cipher is WebCrypto's in both.
 */
export function createCrypto(): Crypto {
  const hashes = process.versions.bun === undefined ? nodeHashes() : bunHashes;
  return {
    ...hashes,
    async seal(key, nonce, plain, aad) {
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: owned(nonce), additionalData: owned(aad), tagLength: TAG_BITS },
        await importKey(key, 'encrypt'),
        owned(plain),
      );
      return new Uint8Array(sealed);
    },
    async open(key, nonce, sealed, aad) {
      const imported = await importKey(key, 'decrypt');
      try {
        const plain = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv: owned(nonce), additionalData: owned(aad), tagLength: TAG_BITS },
          imported,
          owned(sealed),
        );
        return new Uint8Array(plain);
      } catch {
        // WebCrypto does not say why.
        return undefined;
      }
    },
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    equal: (a, b) => a.length === b.length && process.getBuiltinModule('node:crypto').timingSafeEqual(a, b),
  };
}

const bunHashes: Pick<Crypto, 'sha1' | 'sha256' | 'hmacSha256'> = {
  sha1: (data) => new Bun.CryptoHasher('sha1').update(data).digest(),
  sha256: (data) => new Bun.CryptoHasher('sha256').update(data).digest(),
  hmacSha256: (key, data) => new Bun.CryptoHasher('sha256', key).update(data).digest(),
};

function nodeHashes(): Pick<Crypto, 'sha1' | 'sha256' | 'hmacSha256'> {
  const { createHash, createHmac }: typeof NodeCrypto = process.getBuiltinModule('node:crypto');
  return {
    sha1: (data) => createHash('sha1').update(data).digest(),
    sha256: (data) => createHash('sha256').update(data).digest(),
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  };
}

async function importKey(key: Uint8Array, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', owned(key), 'AES-GCM', false, [use]);
}

// WebCrypto's types exclude views of shared memory; none of these is one.
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
