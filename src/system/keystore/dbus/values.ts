/**
 * D-Bus values as bytes: the types that the Secret Service and the bus itself use.
 * Source: the D-Bus specification 0.43, "Marshaling (Wire Format)".
 *
 * Values in JavaScript: numbers for y and u, booleans for b, bigints for t (read only), strings for s, o and g,
 * `Uint8Array` for ay, arrays for other arrays and for structs, arrays of pairs for dictionaries. A variant is
 * written as `Variant` and read as its bare value.
 */
export class Variant {
  readonly signature: string;
  readonly value: unknown;

  constructor(signature: string, value: unknown) {
    this.signature = signature;
    this.value = value;
  }
}

const ALIGNMENT: Readonly<Record<string, number>> = {
  y: 1,
  b: 4,
  u: 4,
  t: 8,
  s: 4,
  o: 4,
  g: 1,
  v: 1,
  a: 4,
  '(': 8,
  '{': 8,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The value, which must be a string: s, o or g. Throws TypeError otherwise. */
export function asText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('not a D-Bus string');
  return value;
}

/** The value, which must be an array other than ay, or a struct. Throws TypeError otherwise. */
export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('not a D-Bus array');
  return value;
}

/** The value, which must be ay. Throws TypeError otherwise. */
export function asBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('not a D-Bus byte array');
  return value;
}

function asNumber(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('not a D-Bus number');
  return value;
}

/** The first complete type of a signature: `a{ss}` of `a{ss}u`. */
function firstType(signature: string): string {
  const first = signature[0];
  if (first === undefined || ALIGNMENT[first] === undefined) throw new TypeError('malformed D-Bus signature');
  if (first === 'a') return `a${firstType(signature.slice(1))}`;
  if (first !== '(' && first !== '{') return first;
  // An empty struct has no bytes, so reading an array of them would never end.
  if (signature[1] === ')' || signature[1] === '}') throw new TypeError('malformed D-Bus signature');
  let depth = 0;
  for (let index = 0; index < signature.length; index++) {
    const character = signature[index];
    if (character === '(' || character === '{') depth++;
    if (character === ')' || character === '}') depth--;
    if (depth === 0) return signature.slice(0, index + 1);
  }
  throw new TypeError('malformed D-Bus signature');
}

/** Writes values one after another, little-endian. Throws TypeError if a value does not match its type. */
export class ValueWriter {
  #bytes = new Uint8Array(512);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  align(boundary: number): void {
    this.#reserve(Math.ceil(this.length / boundary) * boundary - this.length);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  struct(signature: string, values: readonly unknown[]): void {
    let rest = signature;
    for (const value of values) {
      const type = firstType(rest);
      rest = rest.slice(type.length);
      this.value(type, value);
    }
    if (rest !== '') throw new TypeError('too few values for a D-Bus struct');
  }

  value(type: string, value: unknown): void {
    const code = type[0] ?? '';
    this.align(ALIGNMENT[code] ?? 1);
    switch (code) {
      case 'y':
        this.#scalar(1, (view, at) => view.setUint8(at, asNumber(value)));
        break;
      case 'b':
        this.#scalar(4, (view, at) => view.setUint32(at, value === true ? 1 : 0, true));
        break;
      case 'u':
        this.#scalar(4, (view, at) => view.setUint32(at, asNumber(value), true));
        break;
      case 's':
      case 'o':
      case 'g':
        this.#string(code, asText(value));
        break;
      case 'v': {
        if (!(value instanceof Variant)) throw new TypeError('not a D-Bus variant');
        this.#string('g', value.signature);
        this.value(value.signature, value.value);
        break;
      }
      case 'a':
        this.#array(type.slice(1), value instanceof Uint8Array ? value : asList(value));
        break;
      case '(':
      case '{':
        this.struct(type.slice(1, -1), asList(value));
        break;
      default:
        throw new TypeError(`cannot write D-Bus type ${type}`);
    }
  }

  #string(code: string, text: string): void {
    const bytes = encoder.encode(text);
    if (code === 'g') this.#scalar(1, (view, at) => view.setUint8(at, bytes.length));
    else this.#scalar(4, (view, at) => view.setUint32(at, bytes.length, true));
    this.bytes(bytes);
    this.#reserve(1);
  }

  #array(element: string, values: Uint8Array | readonly unknown[]): void {
    const lengthAt = this.#reserve(4);
    // The length does not include the padding before the first element.
    this.align(ALIGNMENT[element[0] ?? ''] ?? 1);
    const start = this.length;
    if (values instanceof Uint8Array) this.bytes(values);
    else for (const value of values) this.value(element, value);
    this.#view.setUint32(lengthAt, this.length - start, true);
  }

  #scalar(size: number, set: (view: DataView, at: number) => void): void {
    // In two steps, because reserving space may replace the view.
    const at = this.#reserve(size);
    set(this.#view, at);
  }

  #reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(this.length * 2);
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** Reads values one after another. Throws an Error if the bytes end early, or a text or a signature is malformed. */
export class ValueReader {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = littleEndian;
  }

  struct(signature: string): unknown[] {
    const values: unknown[] = [];
    let rest = signature;
    while (rest !== '') {
      const type = firstType(rest);
      rest = rest.slice(type.length);
      values.push(this.#value(type));
    }
    return values;
  }

  #value(type: string): unknown {
    const code = type[0] ?? '';
    this.#align(ALIGNMENT[code] ?? 1);
    switch (code) {
      case 'y':
        return this.#view.getUint8(this.#take(1));
      case 'b':
        return this.#view.getUint32(this.#take(4), this.#little) === 1;
      case 'u':
        return this.#view.getUint32(this.#take(4), this.#little);
      case 't':
        return this.#view.getBigUint64(this.#take(8), this.#little);
      case 's':
      case 'o':
        return this.#text(this.#view.getUint32(this.#take(4), this.#little));
      case 'g':
        return this.#text(this.#view.getUint8(this.#take(1)));
      case 'v': {
        const signature = this.#text(this.#view.getUint8(this.#take(1)));
        return this.#value(signature);
      }
      case 'a':
        return this.#array(type.slice(1));
      default:
        return this.struct(type.slice(1, -1));
    }
  }

  #text(length: number): string {
    const start = this.#take(length + 1);
    return decoder.decode(this.#bytes.subarray(start, start + length));
  }

  #array(element: string): unknown {
    const length = this.#view.getUint32(this.#take(4), this.#little);
    this.#align(ALIGNMENT[element[0] ?? ''] ?? 1);
    const end = this.position + length;
    if (element === 'y') {
      const start = this.#take(length);
      return this.#bytes.slice(start, start + length);
    }
    const values: unknown[] = [];
    while (this.position < end) values.push(this.#value(element));
    return values;
  }

  #align(boundary: number): void {
    this.position = Math.ceil(this.position / boundary) * boundary;
  }

  #take(count: number): number {
    const at = this.position;
    this.position += count;
    if (this.position > this.#bytes.length) throw new Error('malformed D-Bus message');
    return at;
  }
}
