/** A line of an AWS config or credentials file, with its offsets in the text. */
export type ConfigLine =
  | { readonly kind: 'blank' | 'comment' | 'broken' | 'orphan'; readonly start: number; readonly end: number }
  | { readonly kind: 'header'; readonly start: number; readonly end: number; readonly header: string }
  | KeyLine
  | ContinuationLine;

/** `key = value`. */
export interface KeyLine {
  readonly kind: 'key';
  readonly start: number;
  /** After the line break. */
  readonly end: number;
  /** In lower case. */
  readonly key: string;
  /** Without the comment and surrounding white space. */
  readonly value: string;
  /** The offset of `value`; after the delimiter if it is empty. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** True if nothing follows the delimiter: indented lines below are then nested keys. */
  readonly bare: boolean;
}

/** A line indented deeper than the key above it: more of its value, or a nested key. */
export interface ContinuationLine {
  readonly kind: 'continuation';
  readonly start: number;
  readonly end: number;
  /** Without surrounding white space. `#` and `;` do not begin a comment here. */
  readonly value: string;
}

// A CR alone ends a line too: Python reads these files with universal newlines.
const LINE = /([^\r\n]*)(\r\n?|\n|$)/y;
const FIRST_INK = /\S/;
const DELIMITER = /[=:]/;
const INLINE_COMMENT = /\s[#;]/;
// Command lines are used in full, as in botocore: text after # or ; may be an argument.
const COMMAND_KEYS: ReadonlySet<string> = new Set([
  'credential_process',
  'mfa_process',
  'web_identity_token_process',
]);

/**
 * The lines of `text` between two offsets, classified as Python's configparser does for the AWS CLI: `:` is a
 * delimiter like `=`, a deeper indented line continues the key above, comments and blank lines do not end it. Unlike
 * there, `#` or `;` after white space begins a comment in a value, as in the other SDKs, except in command lines. A
 * line above the first header is an `orphan`, a line of no other kind `broken`. Linear in the length of the text.
 */
export function* configLines(text: string, from = 0, to: number = text.length): Generator<ConfigLine> {
  let inSection = false;
  let inKey = false;
  let keyIndent = 0;
  LINE.lastIndex = from;
  for (let start = from; start < to;) {
    // Other generators may use LINE between two lines of this one, so the position is set each time.
    LINE.lastIndex = start;
    const match = LINE.exec(text);
    const content = match?.[1] ?? '';
    const end = start + (match?.[0].length ?? 0);
    // A byte order mark is white space, for \S too.
    const indent = start === 0 && content.startsWith('\uFEFF') ? 0 : content.search(FIRST_INK);
    const trimmed = content.trim();
    if (trimmed === '') {
      yield { kind: 'blank', start, end };
    } else if (trimmed.startsWith('#') || trimmed.startsWith(';')) {
      yield { kind: 'comment', start, end };
    } else if (inKey && indent > keyIndent) {
      yield { kind: 'continuation', start, end, value: trimmed };
    } else {
      keyIndent = indent;
      const header = headerOf(trimmed);
      if (header !== undefined) {
        inSection = true;
        inKey = false;
        yield { kind: 'header', start, end, header };
      } else if (inSection) {
        const line = keyLine(content, start, end);
        inKey = line.kind === 'key';
        yield line;
      } else {
        yield { kind: 'orphan', start, end };
      }
    }
    start = end;
  }
}

/**
 * The text between the brackets of a trimmed line; undefined if the line is not a header. It ends at the first `]` if
 * only a comment follows, else at the last, because a quoted name may contain one.
 */
export function headerOf(line: string): string | undefined {
  if (!line.startsWith('[')) return undefined;
  const last = line.lastIndexOf(']');
  if (last < 2) return undefined;
  const first = line.indexOf(']', 2);
  if (first === last) return line.slice(1, last);
  return /^\s*(?:$|\s[#;])/.test(line.slice(first + 1)) ? line.slice(1, first) : line.slice(1, last);
}

function keyLine(content: string, start: number, end: number): ConfigLine {
  const delimiter = content.search(DELIMITER);
  const key = content.slice(0, Math.max(delimiter, 0)).replace('\uFEFF', '').trim();
  if (key === '') return { kind: 'broken', start, end };
  const rest = content.slice(delimiter + 1);
  const uncommented = COMMAND_KEYS.has(key.toLowerCase()) ? rest.trimEnd() : withoutComment(rest);
  const value = uncommented.trim();
  const lead = value === '' ? 0 : uncommented.search(FIRST_INK);
  const valueStart = start + delimiter + 1 + lead;
  return {
    kind: 'key',
    start,
    end,
    key: key.toLowerCase(),
    value,
    valueStart,
    valueEnd: valueStart + value.length,
    bare: rest.trim() === '',
  };
}

/** The text without its comment and the white space before that. */
function withoutComment(text: string): string {
  const at = text.search(INLINE_COMMENT);
  return at === -1 ? text : text.slice(0, at).trimEnd();
}
