// The signature of the executables for macOS, on files made here: nothing on this machine could run one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { checkSignature } from '../../../packaging/mach-o/check.ts';
import { signAdHoc } from '../../../packaging/mach-o/sign.ts';

const LINK_EDIT = 4096;

const programs = fc
  .record({ size: fc.integer({ min: 1, max: 20_000 }), old: fc.integer({ min: 0, max: 4000 }) })
  .map(({ size, old }) => unsigned(size, old));

test('a signed file has the right hash of every page, to its end', () => {
  fc.assert(
    fc.property(programs, fc.stringMatching(/^[a-z.]{1,40}$/), (program, identifier) => {
      const signed = signAdHoc(program, identifier);
      assert.equal(checkSignature(signed), Math.ceil(signatureOffset(program) / 4096));
      assert.ok(signed.includes(`${identifier}\0`));
    }),
    { numRuns: 100 },
  );
});

test('one changed byte before the signature is found', () => {
  fc.assert(
    fc.property(programs, fc.nat(), fc.integer({ min: 1, max: 255 }), (program, where, change) => {
      const signed = signAdHoc(program, 'ccvault');
      // Behind the load commands, which have other faults when they are damaged.
      const at = 400 + (where % (signatureOffset(program) - 400));
      signed[at] = (signed[at] ?? 0) ^ change;
      assert.throws(() => checkSignature(signed), /1 of \d+ pages differ/);
    }),
    { numRuns: 100 },
  );
});

test('a signature that was made for fewer bytes is found', () => {
  const signed = signAdHoc(unsigned(9000, 0), 'ccvault');
  const limit = signatureOffset(signed);
  signed.writeUInt32BE(limit - 4096, limit + 20 + 32);
  assert.throws(() => checkSignature(signed), /covers \d+ of \d+ bytes/);
});

test('bytes behind the signature are found, and a file of another kind', () => {
  assert.throws(
    () => checkSignature(Buffer.concat([signAdHoc(unsigned(9000, 0), 'ccvault'), Buffer.from('x')])),
    /does not end with the file/,
  );
  assert.throws(() => checkSignature(Buffer.alloc(4096)), /not a 64-bit Mach-O file/);
});

/** A Mach-O file with `__TEXT`, `__LINKEDIT` of `size` bytes, and room of `old` bytes where a signature was. */
function unsigned(size: number, old: number): Buffer {
  const bytes = Buffer.alloc(LINK_EDIT + size + old, 7);
  bytes.fill(0, 0, 400);
  bytes.writeUInt32LE(0xfe_ed_fa_cf, 0);
  bytes.writeUInt32LE(3, 16);
  segment(bytes, 32, { name: '__TEXT', offset: 0, size: LINK_EDIT });
  segment(bytes, 104, { name: '__LINKEDIT', offset: LINK_EDIT, size: size + old });
  bytes.writeUInt32LE(0x1d, 176);
  bytes.writeUInt32LE(16, 180);
  bytes.writeUInt32LE(LINK_EDIT + size, 184);
  bytes.writeUInt32LE(old, 188);
  return bytes;
}

function segment(
  bytes: Buffer,
  at: number,
  { name, offset, size }: { readonly name: string; readonly offset: number; readonly size: number },
): void {
  bytes.writeUInt32LE(0x19, at);
  bytes.writeUInt32LE(72, at + 4);
  bytes.write(name, at + 8, 'latin1');
  bytes.writeBigUInt64LE(BigInt(offset), at + 40);
  bytes.writeBigUInt64LE(BigInt(size), at + 48);
}

function signatureOffset(bytes: Buffer): number {
  return bytes.readUInt32LE(184);
}
