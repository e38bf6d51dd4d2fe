// Characters that occupy two columns on a terminal (roughly Unicode's East Asian Width W and F).
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
// Matches nearly every text, which is then measured a hundred times faster.
const NARROW = /^[ -~]*$/;
const ZERO_WIDTH = /\p{Mark}/u;

/** The number of terminal columns that a text occupies. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (!ZERO_WIDTH.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
