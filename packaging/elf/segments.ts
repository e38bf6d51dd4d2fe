/** What the header and the program headers of a 64-bit ELF executable say (elf(5)), as far as a step in front needs it. */
interface Image {
  /** `e_machine`. */
  readonly machine: number;
  /** The address of the first instruction. */
  readonly entry: number;
  /** The dynamic loader's path. */
  readonly interpreter: string;
  /** The segment that has the first instruction. */
  readonly code: Segment;
  /** Where in the file what is in front of that segment ends. */
  readonly paddingFrom: number;
}

interface Segment {
  readonly kind: number;
  readonly fileOffset: number;
  readonly address: number;
  readonly fileSize: number;
}

const MAGIC = 0x7f_45_4c_46;
const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const PT_LOAD = 1;
const PT_INTERP = 3;

/** Undefined for a file that is no ELF executable of a dynamic loader; `read` gives bytes at an offset of the file. */
export function executableSegment(read: (at: number, length: number) => Buffer): Image | undefined {
  const header = read(0, HEADER_SIZE);
  if (header.readUInt32BE(0) !== MAGIC) return undefined;
  const entry = Number(header.readBigUInt64LE(24));
  const table = Number(header.readBigUInt64LE(32));
  const segments = Array.from({ length: header.readUInt16LE(56) }, (_, index): Segment => {
    const bytes = read(table + index * PROGRAM_HEADER_SIZE, PROGRAM_HEADER_SIZE);
    const [fileOffset = 0, address = 0, , fileSize = 0] = [8, 16, 24, 32].map((at) =>
      Number(bytes.readBigUInt64LE(at)),
    );
    return { kind: bytes.readUInt32LE(0), fileOffset, address, fileSize };
  });
  const interpreter = segments.find(({ kind }) => kind === PT_INTERP);
  const loaded = segments.filter(({ kind }) => kind === PT_LOAD);
  const code = loaded.find(({ address, fileSize }) => entry >= address && entry < address + fileSize);
  if (interpreter === undefined || code === undefined) return undefined;
  const before = loaded.filter(({ fileOffset }) => fileOffset < code.fileOffset);
  return {
    machine: header.readUInt16LE(18),
    entry,
    interpreter: read(interpreter.fileOffset, interpreter.fileSize).toString(),
    code,
    paddingFrom: Math.max(0, ...before.map(({ fileOffset, fileSize }) => fileOffset + fileSize)),
  };
}
