export interface BashWords {
  /** The words as the program would get them. */
  readonly words: readonly string[];
  /** The index at which each word begins among those that bash passed. */
  readonly startsAt: readonly number[];
  /** The values that begin with the last word, each cut to what bash replaces and quoted for the command line. */
  offer(values: readonly string[]): readonly string[];
}

const BREAK = /^(?:=|:+)$/;

/**
 * Joins the words that readline has split at colons and at the equals sign of `--option=value`, and removes their
 * quotes: COMP_WORDS holds the words as typed. Of the last word, readline replaces only what follows the last such
 * sign.
 */
export function bashWords(typed: readonly string[]): BashWords {
  const joined: { text: string; at: number }[] = [];
  for (const [at, word] of typed.entries()) {
    const last = joined.at(-1);
    const before = typed[at - 1] ?? '';
    const option = last !== undefined && /^--[^=]+=?$/.test(last.text);
    const continues = word === '=' || before === '=' ? option : BREAK.test(word) || BREAK.test(before);
    if (last !== undefined && continues) last.text += word;
    else joined.push({ text: word, at });
  }
  const whole = joined.at(-1)?.text ?? '';
  const piece = BREAK.test(typed.at(-1) ?? '') ? '' : (typed.at(-1) ?? '');
  const kept = unquoted(whole.slice(0, whole.length - piece.length));
  const start = unquoted(whole);
  const quote = /^["']/.exec(piece)?.[0] ?? '';
  return {
    words: joined.map(({ text }) => unquoted(text)),
    startsAt: joined.map(({ at }) => at),
    offer: (values) =>
      values
        .filter((value) => value.startsWith(start) && !(quote === "'" && value.includes("'")))
        .map((value) => quoted(value.slice(kept.length), quote)),
  };
}

/** A word without its quotes and backslashes; an unclosed quote is not part of the word. */
function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'?|"((?:\\.|[^"\\])*)"?|\\(.?)/gs, (_, single, double, escaped) => {
    if (typeof single === 'string') return single;
    if (typeof double === 'string') return double.replaceAll(/\\(["\\$`])/g, '$1');
    return String(escaped);
  });
}

function quoted(text: string, quote: string): string {
  if (quote === "'") return text;
  if (quote === '"') return text.replaceAll(/["\\$`]/g, String.raw`\$&`);
  // By code units, which is three times faster for ten thousand names: halves of surrogate pairs stay unquoted.
  return text.replaceAll(/[^\w@%+=:,./\u0080-\uffff-]/g, String.raw`\$&`);
}
