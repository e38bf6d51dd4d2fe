// One line of a script: conditions, what must come of it, a verb, its words.

export interface Word {
  /** Pieces in the order they stand; only the unquoted ones have their variables replaced. */
  readonly pieces: readonly { readonly text: string; readonly quoted: boolean }[];
}

export interface ScriptLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** What stands in brackets, with the `!` where there is one. */
  readonly conditions: readonly string[];
  /** What the command must end with: 0, any failure, or just this code. */
  readonly expected: number | 'failure';
  readonly words: readonly Word[];
  /** Ended with `&`: goes on while the script does. */
  readonly background: boolean;
}

/** Parses a script; throws for an unfinished quote or an `exit` without a number. */
export function parseScript(text: string): readonly ScriptLine[] {
  return text.split('\n').flatMap((line, index) => {
    const parsed = parseLine(line, index + 1);
    return parsed === undefined ? [] : [parsed];
  });
}

function parseLine(text: string, number: number): ScriptLine | undefined {
  const words = splitWords(text, number);
  const conditions: string[] = [];
  for (let word = plain(words[0]); word !== undefined && /^\[.*\]$/.test(word); word = plain(words[0])) {
    conditions.push(word.slice(1, -1));
    words.shift();
  }
  let expected: ScriptLine['expected'] = 0;
  if (plain(words[0]) === '!') {
    expected = 'failure';
    words.shift();
  } else if (plain(words[0]) === 'exit') {
    expected = Number(plain(words[1]));
    if (!Number.isInteger(expected)) throw new Error(`line ${number}: exit takes a code and a command`);
    words.splice(0, 2);
  }
  const background = plain(words.at(-1)) === '&';
  if (background) words.pop();
  if (words.length === 0) return undefined;
  return { number, text, conditions, expected, words, background };
}

function plain(word: Word | undefined): string | undefined {
  if (word === undefined || word.pieces.some(({ quoted }) => quoted)) return undefined;
  return word.pieces.map(({ text }) => text).join('');
}

/** Words by blanks; `'...'` keeps blanks, `#` and `$` as they are, with `''` for a quote; `#` starts a comment. */
function splitWords(line: string, number: number): Word[] {
  const words: Word[] = [];
  const token = /\s+|#.*$|'((?:[^']|'')*)'|([^\s'#][^\s']*|')/gy;
  let pieces: { text: string; quoted: boolean }[] = [];
  const finish = (): void => {
    if (pieces.length > 0) words.push({ pieces });
    pieces = [];
  };
  for (let match = token.exec(line); match !== null; match = token.exec(line)) {
    const [whole, quoted, bare] = match;
    if (quoted !== undefined) pieces.push({ text: quoted.replaceAll("''", "'"), quoted: true });
    else if (bare === "'") throw new Error(`line ${number}: unfinished quote`);
    else if (bare !== undefined) pieces.push({ text: bare, quoted: false });
    else if (whole.startsWith('#') && pieces.length > 0) pieces.push({ text: whole, quoted: false });
    else finish();
  }
  finish();
  return words;
}

/** Replaces `$NAME` and `${NAME}` outside quotes; any other `$` stays. */
export function expandWord(word: Word, lookup: (name: string) => string): string {
  return word.pieces.map(({ text, quoted }) => (quoted ? text : expandText(text, lookup))).join('');
}

/** The same for a whole text, of a file for one. */
export function expandText(text: string, lookup: (name: string) => string): string {
  return text.replaceAll(/\$(?:\{([^}]+)\}|([A-Za-z_]\w*))/g, (_, braced?: string, bare?: string) =>
    lookup(braced ?? bare ?? ''),
  );
}
