import { createHash } from 'node:crypto';
import { FIELD, readImage } from './image.ts';
import type { Image } from './image.ts';

const PAGE_SIZE_LOG2 = 12;
const PAGE_SIZE = 2 ** PAGE_SIZE_LOG2;
const HASH_SIZE = 32;
/** Ad hoc, and made by a linker: `codesign` replaces such a signature without being told to. */
const FLAGS = 0x2_00_02;
const SUPER_BLOB_SIZE = 20;
/** The code directory's fixed part, in its version with the executable segment. */
const DIRECTORY_SIZE = 88;

/**
 * Gives the file with an ad hoc signature in the place of the one it has: the runtime copies the signature that it had
 * itself into what it compiles for macOS on x64. Layout as in Apple's <kern/cs_blobs.h>; every number is big-endian.
 */
export function signAdHoc(bytes: Buffer, identifier: string): Buffer {
  const image = readImage(bytes);
  const limit = image.signature.offset;
  const pages = Math.ceil(limit / PAGE_SIZE);
  const hashes = DIRECTORY_SIZE + identifier.length + 1;
  const size = alignTo(SUPER_BLOB_SIZE + hashes + pages * HASH_SIZE, 16);

  const signed = Buffer.alloc(limit + size);
  bytes.copy(signed, 0, 0, limit);
  announce(signed, image, size);
  superBlob(signed.subarray(limit), hashes + pages * HASH_SIZE);
  const directory = signed.subarray(limit + SUPER_BLOB_SIZE);
  codeDirectory(directory, { image, identifier, hashes, pages });
  for (let page = 0; page < pages; page += 1) {
    const content = signed.subarray(page * PAGE_SIZE, Math.min((page + 1) * PAGE_SIZE, limit));
    createHash('sha256')
      .update(content)
      .digest()
      .copy(directory, hashes + page * HASH_SIZE);
  }
  return signed;
}

/** Says in the load commands how long the signature is; they are hashed with the rest, so this comes first. */
function announce(signed: Buffer, { signature, linkEdit }: Image, size: number): void {
  const linkEditSize = signed.length - linkEdit.fileOffset;
  signed.writeUInt32LE(size, signature.command + FIELD.signatureSize);
  signed.writeBigUInt64LE(BigInt(linkEditSize), linkEdit.command + FIELD.segmentFileSize);
  signed.writeBigUInt64LE(
    BigInt(alignTo(linkEditSize, PAGE_SIZE)),
    linkEdit.command + FIELD.segmentMemorySize,
  );
}

function superBlob(at: Buffer, directorySize: number): void {
  at.writeUInt32BE(0xfa_de_0c_c0, 0);
  at.writeUInt32BE(SUPER_BLOB_SIZE + directorySize, 4);
  // One blob: type 0, the code directory, right behind this.
  at.writeUInt32BE(1, 8);
  at.writeUInt32BE(0, 12);
  at.writeUInt32BE(SUPER_BLOB_SIZE, 16);
}

interface Directory {
  readonly image: Image;
  readonly identifier: string;
  readonly hashes: number;
  readonly pages: number;
}

function codeDirectory(at: Buffer, { image, identifier, hashes, pages }: Directory): void {
  at.writeUInt32BE(0xfa_de_0c_02, 0);
  at.writeUInt32BE(hashes + pages * HASH_SIZE, 4);
  at.writeUInt32BE(0x2_04_00, 8);
  at.writeUInt32BE(FLAGS, 12);
  at.writeUInt32BE(hashes, 16);
  at.writeUInt32BE(DIRECTORY_SIZE, 20);
  at.writeUInt32BE(pages, 28);
  at.writeUInt32BE(image.signature.offset, 32);
  at.writeUInt8(HASH_SIZE, 36);
  at.writeUInt8(2, 37);
  at.writeUInt8(PAGE_SIZE_LOG2, 39);
  at.writeBigUInt64BE(BigInt(image.text.fileOffset), 64);
  at.writeBigUInt64BE(BigInt(image.text.fileSize), 72);
  // The main program, and no library.
  at.writeBigUInt64BE(1n, 80);
  at.write(`${identifier}\0`, DIRECTORY_SIZE, 'latin1');
}

function alignTo(size: number, boundary: number): number {
  return Math.ceil(size / boundary) * boundary;
}
