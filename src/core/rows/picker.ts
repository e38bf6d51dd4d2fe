import { displayWidth } from './display-width.ts';
import { matchesAll } from './row-filter.ts';
import { cut } from './table.ts';
import type { FittedTable } from './table.ts';

/** A row of the picker. `text` is what a filter searches: its `searchText`. */
export interface PickerRow {
  readonly label: string;
  readonly cells: readonly string[];
  readonly text: string;
}

export interface PickerState {
  readonly typed: string;
  /** Indices among the matching rows: the one that Enter chooses, and the first one on the screen. */
  readonly selected: number;
  readonly top: number;
}

export type Move = 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Marks {
  readonly unicode: boolean;
  readonly colours: boolean;
}

/** What does not change while a picker is shown. */
export interface PickerContent {
  readonly question: string;
  readonly total: number;
  /** Undefined if rows consist of their label alone. */
  readonly headings: readonly string[] | undefined;
  /** Fitted to `rowWidth`. */
  readonly table: FittedTable;
  readonly marks: Marks;
}

export const START: PickerState = { typed: '', selected: 0, top: 0 };

const MARKER_WIDTH = 2;
// A screen with fewer lines shows the question and rows only.
const ROOMY = 6;
const SELECTED = '\u001B[36m';
const DIM = '\u001B[2m';
const RESET = '\u001B[0m';

/** The columns left for a row beside its marker. */
export function rowWidth({ columns }: ScreenSize): number {
  return Math.max(1, columns - MARKER_WIDTH);
}

/** The number of rows that fit on the screen. */
export function pageSize({ rows }: ScreenSize, hasHeadings: boolean): number {
  const others = rows < ROOMY ? 1 : hasHeadings ? 3 : 2;
  return Math.max(1, rows - others);
}

/** The rows that contain every typed word, in their order; a row whose label equals the typed text comes first. */
export function matching(rows: readonly PickerRow[], typed: string): readonly PickerRow[] {
  const words = typed.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return rows;
  const found = rows.filter(({ text }) => matchesAll(text, words));
  const exact = found.findIndex(({ label }) => label === typed.trim());
  const first = found[exact];
  return first === undefined ? found : [first, ...found.toSpliced(exact, 1)];
}

/** The state after a move among `count` rows, of which the screen shows `page`. The selection stays within the rows. */
export function moved(state: PickerState, move: Move, count: number, page: number): PickerState {
  const to: Readonly<Record<Move, number>> = {
    up: state.selected - 1,
    down: state.selected + 1,
    'page-up': state.selected - page,
    'page-down': state.selected + page,
    home: 0,
    end: count - 1,
  };
  return shownOn({ ...state, selected: to[move] }, count, page);
}

/** The state with the selection within `count` rows and on the screen: after a filter, a move or a resize. */
export function shownOn(state: PickerState, count: number, page: number): PickerState {
  const selected = Math.max(0, Math.min(state.selected, count - 1));
  const highest = Math.max(0, Math.min(selected, count - page));
  return { ...state, selected, top: Math.max(selected - page + 1, Math.min(state.top, highest), 0) };
}

/** The lines of the screen, cut to its width, and the cursor's column in the first line, from 0. */
export function frame(
  { question, total, headings, table, marks }: PickerContent,
  { typed, selected, top }: PickerState,
  found: readonly PickerRow[],
  size: ScreenSize,
): { readonly lines: readonly string[]; readonly cursor: number } {
  const ellipsis = marks.unicode ? '…' : '~';
  const fit = (text: string): string => cut(text, size.columns, ellipsis);
  const styled = (sequence: string, text: string): string => (marks.colours ? sequence + text + RESET : text);
  const asked = fit(`${question} ${endOf(typed, size.columns - displayWidth(question) - 2)}`);
  const lines = [withCount(asked, `${found.length} of ${total}`, size.columns)];
  const roomy = size.rows >= ROOMY;
  if (roomy && headings !== undefined) lines.push(fit(`  ${table.line(headings)}`));
  const page = pageSize(size, headings !== undefined);
  for (const [index, row] of found.slice(top, top + page).entries()) {
    const text = table.line(row.cells);
    const marker = marks.unicode ? '❯' : '>';
    lines.push(top + index === selected ? styled(SELECTED, fit(`${marker} ${text}`)) : fit(`  ${text}`));
  }
  if (roomy) lines.push(styled(DIM, fit(helpOf(marks, size.columns))));
  return { lines, cursor: Math.min(displayWidth(asked), size.columns - 1) };
}

/** The help line: as many keys as fit, the least obvious ones first. */
function helpOf({ unicode }: Marks, columns: number): string {
  const [gap, arrows] = unicode ? [' · ', '↑↓'] : [', ', 'arrows'];
  let help = 'type to filter';
  for (const keys of ['Enter chooses', 'Esc cancels', `${arrows} PgUp PgDn Home End`]) {
    if (displayWidth(help + gap + keys) <= columns) help += gap + keys;
  }
  return help;
}

/** The question, with the count at the right edge if there is room. */
function withCount(asked: string, count: string, columns: number): string {
  const blanks = columns - displayWidth(asked) - displayWidth(count);
  return blanks < 2 ? asked : asked + ' '.repeat(blanks) + count;
}

/** The end of the typed text, which is where the cursor is, in at most `width` columns. */
function endOf(text: string, width: number): string {
  const characters = Array.from(text);
  while (characters.length > 0 && displayWidth(characters.join('')) > Math.max(0, width)) characters.shift();
  return characters.join('');
}
