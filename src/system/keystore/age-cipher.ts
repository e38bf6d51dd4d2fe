import { scrypt } from 'node:crypto';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { Decrypter, Encrypter, Stanza } from 'age-encryption';
import type { Secret } from '../../core/secret.ts';

/**
 * age files with a passphrase (C2SP age.md, "scrypt recipient stanza"), which `age -d` opens. The library implements
 * the file format; the key is derived here, because node:crypto's scrypt is twice as fast as the library's.
 */

/** 2^17 rounds of scrypt, as OWASP recommends (2025): 128 MiB and about 0.3 s for each guess. */
const WORK_FACTOR = 17;
/**
 * A file with a higher factor (this one takes 1 GiB and 3 s) is refused at once, since its header is not
 * authenticated yet.
 */
const MAX_WORK_FACTOR = 20;
const LABEL = 'age-encryption.org/v1/scrypt';
const SALT_BYTES = 16;
const FILE_KEY_BYTES = 16;

/** The key of one file, and the stanza that wraps it with the passphrase. */
export interface FileKey {
  readonly stanza: Stanza;
  readonly key: Uint8Array;
  readonly passphrase: Secret;
}

type Refusal = 'wrong-passphrase' | 'damaged';

/** Why a file cannot be decrypted; `damaged` if no passphrase could decrypt it. */
export class AgeError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, message: string) {
    super(message);
    this.name = 'AgeError';
    this.refusal = refusal;
  }
}

/** Creates a random file key, wrapped with this passphrase. Takes about 0.3 s. */
export async function createFileKey(passphrase: Secret): Promise<FileKey> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const key = crypto.getRandomValues(new Uint8Array(FILE_KEY_BYTES));
  const wrapped = wrapping(await derive(passphrase, salt, WORK_FACTOR)).encrypt(key);
  const encodedSalt = Buffer.from(salt).toString('base64').replace(/=+$/, '');
  return { stanza: new Stanza(['scrypt', encodedSalt, String(WORK_FACTOR)], wrapped), key, passphrase };
}

/**
 * Encrypts with an existing file key, without deriving a key from the passphrase again. The stanza and the key in it
 * stay the same from one version of a file to the next: wrapping another key with the same salt would reuse a nonce.
 * Each payload has its own key, derived from the file key with a fresh nonce.
 */
export async function encryptWith(fileKey: FileKey, plain: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey(generated) {
      // The library continues with the bytes in this array. If that ever changes, the header does not authenticate,
      // and the check after each write reports it.
      generated.set(fileKey.key);
      return [fileKey.stanza];
    },
  });
  return await encrypter.encrypt(plain);
}

/** Decrypts with an existing file key; undefined if the file has another key by now. Throws AgeError. */
export async function decryptWith(fileKey: FileKey, sealed: Uint8Array): Promise<string | undefined> {
  let isOther = false;
  const plain = await decrypt(sealed, (stanza) => {
    isOther = !isSameStanza(stanza, fileKey.stanza);
    return isOther ? null : fileKey.key;
  }).catch((error: unknown) => {
    if (isOther) return undefined;
    throw error;
  });
  return plain;
}

/** Decrypts with a passphrase. The file's work factor determines the time: 3 s at most. Throws AgeError. */
export async function unlock(
  sealed: Uint8Array,
  passphrase: Secret,
): Promise<{ fileKey: FileKey; plain: string }> {
  let fileKey: FileKey | undefined;
  const plain = await decrypt(sealed, async (stanza) => {
    const key = await unwrap(stanza, passphrase);
    fileKey = { stanza, key, passphrase };
    return key;
  });
  if (fileKey === undefined) throw new AgeError('damaged', 'no passphrase stanza');
  return { fileKey, plain };
}

async function decrypt(
  sealed: Uint8Array,
  unwrapStanza: (stanza: Stanza) => Uint8Array | null | Promise<Uint8Array | null>,
): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    unwrapFileKey(stanzas) {
      const [stanza] = stanzas;
      // A passphrase must be the only recipient, so that nobody without it can have created the file.
      if (stanza?.args[0] !== 'scrypt' || stanzas.length !== 1) {
        throw new AgeError('damaged', 'not an age file encrypted with a passphrase');
      }
      return unwrapStanza(stanza);
    },
  });
  try {
    return await decrypter.decrypt(sealed, 'text');
  } catch (error) {
    if (error instanceof AgeError) throw error;
    throw new AgeError('damaged', error instanceof Error ? error.message : 'cannot be decrypted');
  }
}

async function unwrap(stanza: Stanza, passphrase: Secret): Promise<Uint8Array> {
  const [, encodedSalt = '', workFactor = ''] = stanza.args;
  const salt = Buffer.from(encodedSalt, 'base64');
  if (stanza.args.length !== 3 || salt.length !== SALT_BYTES || !/^[1-9][0-9]?$/.test(workFactor)) {
    throw new AgeError('damaged', 'malformed header');
  }
  if (Number(workFactor) > MAX_WORK_FACTOR) {
    throw new AgeError(
      'damaged',
      `its work factor is 2^${workFactor}, and the maximum is 2^${MAX_WORK_FACTOR}`,
    );
  }
  const cipher = wrapping(await derive(passphrase, salt, Number(workFactor)));
  try {
    return cipher.decrypt(stanza.body);
  } catch {
    throw new AgeError('wrong-passphrase', 'the passphrase does not open it');
  }
}

function wrapping(key: Uint8Array): ReturnType<typeof chacha20poly1305> {
  // The format fixes the nonce: each wrapping key wraps one file key.
  return chacha20poly1305(key, new Uint8Array(12));
}

function derive(passphrase: Secret, salt: Uint8Array, workFactor: number): Promise<Uint8Array> {
  const rounds = 2 ** workFactor;
  const blockSize = 8;
  const options = { N: rounds, r: blockSize, p: 1, maxmem: 128 * blockSize * (rounds + 64) };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.reveal(), Buffer.concat([Buffer.from(LABEL), salt]), 32, options, (error, key) => {
      // Without an error, Node passes null and Bun undefined.
      if (error instanceof Error) reject(error);
      else resolve(key);
    });
  });
}

function isSameStanza(one: Stanza, other: Stanza): boolean {
  return one.args.join(' ') === other.args.join(' ') && Buffer.compare(one.body, other.body) === 0;
}
