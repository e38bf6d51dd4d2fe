/**
 * D-Bus messages as bytes.
 * Source: the D-Bus specification 0.43, "Message Protocol".
 */
import { asList, asText, ValueReader, ValueWriter, Variant } from './values.ts';

const METHOD_CALL = 1;
export const METHOD_RETURN = 2;
export const ERROR = 3;
export const SIGNAL = 4;

export interface MethodCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** A message that arrived. A header field that is missing is an empty string or 0. */
export interface Message {
  readonly type: number;
  readonly serial: number;
  readonly path: string;
  readonly member: string;
  /** The D-Bus error name of an ERROR, else empty. */
  readonly errorName: string;
  /** The serial of the call that this message replies to, else 0. */
  readonly replySerial: number;
  readonly body: readonly unknown[];
}

// The protocol allows 128 MiB. A secret has a few hundred bytes, and a list of ten thousand items stays below this
// limit.
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const HEADER_SIGNATURE = 'yyyyuua(yv)';
const LITTLE_ENDIAN = 0x6c;
const BIG_ENDIAN = 0x42;

/** A method call in little-endian wire format. Throws TypeError if the body does not match its signature. */
export function encodeCall(serial: number, call: MethodCall): Uint8Array {
  const signature = call.signature ?? '';
  const body = new ValueWriter();
  body.struct(signature, call.body ?? []);
  // The specification, "Header Fields", lists these codes.
  const fields = [
    [1, new Variant('o', call.path)],
    [2, new Variant('s', call.interface)],
    [3, new Variant('s', call.member)],
    [6, new Variant('s', call.destination)],
  ];
  if (signature !== '') fields.push([8, new Variant('g', signature)]);
  const writer = new ValueWriter();
  writer.struct(HEADER_SIGNATURE, [LITTLE_ENDIAN, METHOD_CALL, 0, 1, body.length, serial, fields]);
  writer.align(8);
  writer.bytes(body.finish());
  return writer.finish();
}

/**
 * The first message in `bytes` and its size in bytes; undefined if it is not complete yet. Throws an Error if the
 * bytes are not a message, or one of more than 16 MiB.
 */
export function decodeMessage(bytes: Uint8Array): { message: Message; size: number } | undefined {
  if (bytes.length < 16) return undefined;
  const endian = bytes[0];
  if (endian !== LITTLE_ENDIAN && endian !== BIG_ENDIAN) throw new Error('malformed D-Bus message');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bodyLength = view.getUint32(4, endian === LITTLE_ENDIAN);
  const fieldsLength = view.getUint32(12, endian === LITTLE_ENDIAN);
  const bodyStart = Math.ceil((16 + fieldsLength) / 8) * 8;
  const size = bodyStart + bodyLength;
  if (size > MAX_MESSAGE_BYTES) throw new Error('oversized D-Bus message');
  if (bytes.length < size) return undefined;

  const reader = new ValueReader(bytes.subarray(0, size), endian === LITTLE_ENDIAN);
  const header = reader.struct(HEADER_SIGNATURE);
  const fields = new Map(asList(header[6]).map((field) => [asList(field)[0], asList(field)[1]]));
  const text = (code: number): string => (fields.has(code) ? asText(fields.get(code)) : '');
  reader.position = bodyStart;
  const message: Message = {
    type: Number(header[1]),
    serial: Number(header[5]),
    path: text(1),
    member: text(3),
    errorName: text(4),
    replySerial: Number(fields.get(5) ?? 0),
    body: reader.struct(text(8)),
  };
  return { message, size };
}
