import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { needProc } from '../../../packaging/elf/need-proc.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccvault-elf-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const BASE = 0x20_00_00;
const CODE = 0x1d00;
const ENTRY = BASE + CODE + 0x1_00_40;
const [X64, ARM64] = [62, 183];

const INTERPRETERS = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
  musl: '/lib/ld-musl-x86_64.so.1',
};

for (const [machine, interpreter] of [
  [X64, INTERPRETERS.x64],
  [ARM64, INTERPRETERS.arm64],
] as const) {
  test(`machine ${machine}: the step stands in the padding of the code's page, and goes on to the program`, () => {
    const before = elf({ machine, interpreter });
    const afterwards = stepped(before);
    const entry = Number(afterwards.readBigUInt64LE(24));
    const at = entry - BASE - 0x1_00_00;
    assert.ok(at >= 0x1764 && at < CODE, at.toString(16));
    const jump = at + (machine === X64 ? 0x1d : 0x28);
    const distance =
      machine === X64
        ? afterwards.readInt32LE(jump + 1) + 5
        : (afterwards.readUInt32LE(jump) & 0x03_ff_ff_ff) * 4;
    assert.equal(entry + (jump - at) + distance, ENTRY);
    assert.match(
      afterwards.subarray(at, CODE).toString('latin1'),
      /\/proc\/self\/maps\0ccvault: error: [^]*\n/,
    );

    // Nothing else has moved or changed.
    afterwards.fill(0, 0x1764, CODE);
    before.copy(afterwards, 24, 24, 32);
    assert.deepEqual(afterwards, before);
  });
}

test('an executable of another loader, and what is no ELF file, stay as they are', () => {
  for (const bytes of [elf({ machine: X64, interpreter: INTERPRETERS.musl }), Buffer.alloc(200, 'MZ')]) {
    assert.deepEqual(stepped(bytes), bytes);
  }
});

test('without room, or for a processor it does not know, it says so', () => {
  const full = elf({ machine: X64, interpreter: INTERPRETERS.x64 });
  full.fill(1, 0x1764, CODE);
  assert.throws(() => stepped(full), /has no room/);
  const tight = elf({ machine: X64, interpreter: INTERPRETERS.x64, firstSize: CODE - 64 });
  assert.throws(() => stepped(tight), /has no room/);
  assert.throws(() => stepped(elf({ machine: 243, interpreter: INTERPRETERS.x64 })), /machine 243/);
});

interface Shape {
  readonly machine: number;
  readonly interpreter: string;
  /** Where the segment in front of the code ends. */
  readonly firstSize?: number;
}

/** An executable with an interpreter, data, and code that begins in the midst of a page, as linkers lay it out. */
function elf({ machine, interpreter, firstSize = 0x1764 }: Shape): Buffer {
  const bytes = Buffer.alloc(CODE + 0x2_00_00);
  bytes.write('\u007FELF', 'latin1');
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(BigInt(ENTRY), 24);
  bytes.writeBigUInt64LE(64n, 32);
  const headers = [
    [3, 0x300, BASE + 0x300, interpreter.length],
    [1, 0, BASE, firstSize],
    [1, CODE, BASE + 0x1_00_00 + CODE, 0x2_00_00],
  ] as const;
  bytes.writeUInt16LE(headers.length, 56);
  for (const [index, [kind, offset, address, size]] of headers.entries()) {
    const at = 64 + index * 56;
    bytes.writeUInt32LE(kind, at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 8);
    bytes.writeBigUInt64LE(BigInt(address), at + 16);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  }
  bytes.write(interpreter, 0x300);
  bytes.fill(0xcc, CODE);
  return bytes;
}

function stepped(bytes: Buffer): Buffer {
  const path = join(folder, 'program');
  writeFileSync(path, bytes);
  needProc(path);
  return readFileSync(path);
}
