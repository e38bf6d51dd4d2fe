/**
 * True if a text matches a pattern, ignoring case: contains it, or, if the pattern has `*` (any characters) or `?` (any
 * one), matches it as a whole.
 */
export function fits(text: string, pattern: string): boolean {
  const [inText, sought] = [text, pattern].map((one) => one.normalize('NFC').toLowerCase()) as [
    string,
    string,
  ];
  if (!/[*?]/.test(sought)) return inText.includes(sought);
  return fitsWhole(inText, sought);
}

/** Backtracks to the last `*` alone, so the time is at most the product of both lengths. */
function fitsWhole(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const sign = pattern.charAt(inPattern);
    if (sign === '*') {
      star = inPattern++;
      starAt = at;
    } else if (inPattern < pattern.length && (sign === '?' || sign === text.charAt(at))) {
      at++;
      inPattern++;
    } else if (star !== -1) {
      inPattern = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (pattern.charAt(inPattern) === '*') inPattern++;
  return inPattern === pattern.length;
}
