/** A text to look in: the cells of a row, so that no word is found across two of them. */
export function searchText(cells: readonly string[]): string {
  return cells.join('\n').toLowerCase();
}

/** Whether every word is somewhere in a row's `searchText`, in any order and case. */
export function matchesAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word.toLowerCase()));
}
