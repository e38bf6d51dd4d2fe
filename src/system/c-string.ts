const encoder = new TextEncoder();

/** A text as a C string: UTF-8 with a NUL at the end. */
export function cString(text: string): Uint8Array {
  return encoder.encode(`${text}\0`);
}
