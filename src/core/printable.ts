// Controls (C0 with line feed and tab, DEL, C1), format characters (bidirectional controls, zero-width characters,
// the byte order mark, tags; U+2065 is reserved for one), line and paragraph separators, lone surrogates.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2065]/u;
// Matches nearly every text, ten times faster.
const PLAIN = /^[ -~]*$/;
const EVERY_HIDDEN = new RegExp(HIDDEN, 'gu');

/**
 * Makes text from a file, a server or git safe for a terminal: escapes each character that could move the cursor,
 * hide or reorder text, as `\u{1b}`. Line feed and tab are escaped too, so the result is one line. Returns the same
 * string if there is nothing to escape; idempotent.
 */
export function printable(text: string): string {
  if (PLAIN.test(text) || !HIDDEN.test(text)) return text;
  return text.replaceAll(EVERY_HIDDEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

// Characters of HIDDEN that JSON.stringify does not escape.
const HIDDEN_IN_JSON = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}\u2065]/gu;

/** The document of a `--json` option, on several lines: valid JSON, and as safe for a terminal as `printable`. */
export function jsonDocument(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replaceAll(HIDDEN_IN_JSON, escaped)}\n`;
}

/** The escapes of JSON, two for a character beyond U+FFFF. */
function escaped(char: string): string {
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
