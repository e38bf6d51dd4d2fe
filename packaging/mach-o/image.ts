/** A 64-bit Mach-O file for one architecture, as far as signing it needs: Apple's <mach-o/loader.h>. */
export interface Image {
  /** `LC_CODE_SIGNATURE`: where in the file the signature stands, and where the command that says so. */
  readonly signature: { readonly command: number; readonly offset: number; readonly size: number };
  readonly text: Segment;
  readonly linkEdit: Segment;
}

/** `LC_SEGMENT_64`, with the offset of the command in the file. */
interface Segment {
  readonly command: number;
  readonly fileOffset: number;
  readonly fileSize: number;
}

const MAGIC_64 = 0xfe_ed_fa_cf;
const HEADER_SIZE = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;

/** Offsets within `LC_SEGMENT_64` and `LC_CODE_SIGNATURE`. */
export const FIELD = {
  segmentMemorySize: 32,
  segmentFileSize: 48,
  signatureOffset: 8,
  signatureSize: 12,
} as const;

/** Reads the load commands; throws where a part is missing that every signed executable has. */
export function readImage(bytes: Buffer): Image {
  if (bytes.readUInt32LE(0) !== MAGIC_64) throw new Error('not a 64-bit Mach-O file');
  const commands = bytes.readUInt32LE(16);
  const segments = new Map<string, Segment>();
  let signature: Image['signature'] | undefined;
  for (let index = 0, at = HEADER_SIZE; index < commands; index += 1, at += bytes.readUInt32LE(at + 4)) {
    const kind = bytes.readUInt32LE(at);
    if (kind === LC_SEGMENT_64) segments.set(segmentName(bytes, at), segmentAt(bytes, at));
    if (kind === LC_CODE_SIGNATURE) {
      signature = {
        command: at,
        offset: bytes.readUInt32LE(at + FIELD.signatureOffset),
        size: bytes.readUInt32LE(at + FIELD.signatureSize),
      };
    }
  }
  const text = segments.get('__TEXT');
  const linkEdit = segments.get('__LINKEDIT');
  if (signature === undefined || text === undefined || linkEdit === undefined) {
    throw new Error('a Mach-O file without a signature');
  }
  return { signature, text, linkEdit };
}

function segmentName(bytes: Buffer, command: number): string {
  return bytes.toString('latin1', command + 8, command + 24).replace(/\0.*$/, '');
}

function segmentAt(bytes: Buffer, command: number): Segment {
  return {
    command,
    fileOffset: Number(bytes.readBigUInt64LE(command + 40)),
    fileSize: Number(bytes.readBigUInt64LE(command + FIELD.segmentFileSize)),
  };
}
