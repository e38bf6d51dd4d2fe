/** The entries of a value that is a list with commas, without the blanks around them and without empty ones. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
