export interface BashWords {
  /** As the program would get them. */
  readonly words: readonly string[];
  /** Where each of them begins among the words that bash has. */
  readonly startsAt: readonly number[];
  /** The values that begin as the last word does, quoted as the command line needs what bash replaces. */
  offer(values: readonly string[]): readonly string[];
}

const BREAK = /^(?:=|:+)$/;

/**
 * Puts together the words that readline has taken apart at colons and at the equals sign of `--option=value`, and takes
 * off the quotes: COMP_WORDS holds words as they were typed. Of the last one readline replaces only what stands behind
 * the last such sign.
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
  // In code units, as ten thousand names are told apart three times faster so: halves of a pair stay as they are.
  return text.replaceAll(/[^\w@%+=:,./\u0080-\uffff-]/g, String.raw`\$&`);
}
