/** True for visible ASCII characters alone, of which ids, keys and tokens are made. */
export function isVisible(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

/** The same with blanks: what every HTTP client sends in a header as it is, and OAuth's VSCHAR (RFC 6749, appendix A). */
export function isVisibleWithBlanks(text: string): boolean {
  return /^[ -~]+$/.test(text);
}

/** True for a text in quotes, which the AWS CLI and the SDKs treat as part of the value. */
export function isQuoted(text: string): boolean {
  return /^(["']).*\1$/.test(text);
}
