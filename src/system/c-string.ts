const encoder = new TextEncoder();

/** A text as C has it, with a NUL at its end. */
export function cString(text: string): Uint8Array {
  return encoder.encode(`${text}\0`);
}
