/** The text of a row to search: its cells, separated so that no match spans two of them. */
export function searchText(cells: readonly string[]): string {
  return cells.join('\n').toLowerCase();
}

/** True if a row's `searchText` contains every word, in any order and case. */
export function matchesAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word.toLowerCase()));
}
