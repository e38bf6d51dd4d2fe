/** What a person must never read, whatever is wrong with the disk or with a file. */
export const CRASH =
  /this is a bug|TypeError|RangeError|SyntaxError|AssertionError|\bundefined\b|\bNaN\b|\[object|^\s+at .*:\d+/m;
