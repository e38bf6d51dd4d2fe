// Controls (C0 with line feed and tab, DEL, C1), format characters (bidirectional controls, zero-width characters,
// the byte order mark, tags; U+2065 is kept for one), line and paragraph separators, surrogates without a partner.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2065]/u;
// Nearly every text is this, and told so ten times faster.
const PLAIN = /^[ -~]*$/;
const EVERY_HIDDEN = new RegExp(HIDDEN, 'gu');

/**
 * Text from a file, a server or git made safe for a terminal: whatever moves the cursor, hides or reorders what is
 * beside it becomes `\u{1b}` and the like. Line feed and tab too: the result is one line. The same string when there
 * is nothing to do; doing it twice changes nothing more.
 */
export function printable(text: string): string {
  if (PLAIN.test(text) || !HIDDEN.test(text)) return text;
  return text.replaceAll(EVERY_HIDDEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

// What JSON.stringify leaves as it is.
const HIDDEN_IN_JSON = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}\u2065]/gu;

/** A document for `--json`, on several lines: the same to whoever parses it, and as fit for a terminal as `printable`. */
export function jsonDocument(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replaceAll(HIDDEN_IN_JSON, escaped)}\n`;
}

/** In JSON's own form, which has two escapes for a character beyond U+FFFF. */
function escaped(char: string): string {
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
