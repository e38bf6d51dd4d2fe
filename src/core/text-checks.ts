/** True for one or more visible ASCII characters and no others: ids, keys and tokens have no others. */
export function isVisible(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

/** The same with blanks: safe in an HTTP header, and OAuth's VSCHAR (RFC 6749, appendix A). */
export function isVisibleWithBlanks(text: string): boolean {
  return /^[ -~]+$/.test(text);
}

/** True for text in quotes, which the AWS CLI and the SDKs treat as part of a value. */
export function isQuoted(text: string): boolean {
  return /^(["']).*\1$/.test(text);
}
