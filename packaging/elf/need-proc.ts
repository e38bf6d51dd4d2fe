import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { executableSegment } from './segments.ts';
import { STUBS } from './stubs.ts';

/** Of e_entry in the header of an ELF file. */
const ENTRY_FIELD = 24;

/** What every kernel maps of a file is a multiple of this many bytes. */
const PAGE = 4096;

/**
 * Puts a step in front of the first instruction of an executable for Linux with glibc: without `/proc` the runtime
 * crashes there, and prints the arguments, an MFA code among them; with this it says what it needs and ends. The step
 * goes into the padding in front of the code, so that nothing moves. Other executables stay as they are.
 */
export function needProc(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, at);
      return bytes;
    };
    const image = executableSegment(read);
    if (image === undefined || !image.interpreter.includes('/ld-linux-')) return;
    const { entry, code, paddingFrom } = image;
    const makeStub = STUBS[image.machine];
    if (makeStub === undefined) throw new Error(`no step for an ELF file of machine ${image.machine}`);

    const at = Math.max(paddingFrom, code.fileOffset - (code.fileOffset % PAGE));
    const aligned = at + ((16 - (at % 16)) % 16);
    const address = code.address - (code.fileOffset - aligned);
    const stub = makeStub(entry - address);
    const padding = read(aligned, stub.length);
    if (aligned + stub.length > code.fileOffset || padding.some((byte) => byte !== 0)) {
      throw new Error(`${path} has no room for the step that looks for /proc`);
    }
    writeSync(file, stub, 0, stub.length, aligned);
    const field = Buffer.alloc(8);
    field.writeBigUInt64LE(BigInt(address));
    writeSync(file, field, 0, field.length, ENTRY_FIELD);
  } finally {
    closeSync(file);
  }
}
