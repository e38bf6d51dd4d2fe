import { createHash } from 'node:crypto';
import { readImage } from './image.ts';

const SUPER_BLOB = 0xfa_de_0c_c0;
const CODE_DIRECTORY = 0xfa_de_0c_02;
const SLOT_CODE_DIRECTORY = 0;
const SHA256 = 2;

/**
 * Throws unless the signature covers the file up to where it begins, ends with the file, and has the right hash of every
 * page: macOS kills a program at the first page that differs. Gives the number of pages.
 */
export function checkSignature(bytes: Buffer): number {
  const { signature } = readImage(bytes);
  if (signature.offset + signature.size !== bytes.length)
    throw new Error('the signature does not end with the file');
  const at = codeDirectory(bytes, signature.offset);
  const hashes = at + bytes.readUInt32BE(at + 16);
  const pages = bytes.readUInt32BE(at + 28);
  const limit = bytes.readUInt32BE(at + 32);
  const pageSize = 2 ** bytes.readUInt8(at + 39);
  if (bytes.readUInt8(at + 37) !== SHA256) throw new Error('the pages are not hashed with SHA-256');
  if (limit !== signature.offset || pages !== Math.ceil(limit / pageSize)) {
    throw new Error(`the signature covers ${limit} of ${signature.offset} bytes`);
  }
  const wrong = Array.from({ length: pages }, (_, page) => page).filter((page) => {
    const content = bytes.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit));
    const stated = bytes.subarray(hashes + page * 32, hashes + page * 32 + 32);
    return !createHash('sha256').update(content).digest().equals(stated);
  });
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${pages} pages differ from their hashes`);
  return pages;
}

/** Where the code directory stands in the file. */
function codeDirectory(bytes: Buffer, signature: number): number {
  if (bytes.readUInt32BE(signature) !== SUPER_BLOB) throw new Error('no signature where the file says');
  const blobs = bytes.readUInt32BE(signature + 8);
  for (let index = 0; index < blobs; index += 1) {
    const entry = signature + 12 + index * 8;
    if (bytes.readUInt32BE(entry) !== SLOT_CODE_DIRECTORY) continue;
    const at = signature + bytes.readUInt32BE(entry + 4);
    if (bytes.readUInt32BE(at) === CODE_DIRECTORY) return at;
  }
  throw new Error('a signature without a code directory');
}
