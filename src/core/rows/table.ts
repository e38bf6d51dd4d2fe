import { displayWidth } from './display-width.ts';
import { printable } from '../printable.ts';

const GAP = '  ';
/** The columns that a name keeps as long as other cells can be cut instead. */
const NAME_WIDTH = 8;
/** The share of rows whose name may be cut before a column is dropped for all rows. */
const OUTLIERS = 0.1;
const EMPTY = '-';
const RESET = '\u001B[0m';

export interface TableLayout {
  readonly terminal: boolean;
  /** The maximum width of a line on a terminal, in columns. */
  readonly columns: number;
  /** Headings of the columns to drop on a narrow terminal, in the order in which they go. */
  readonly givesWay?: readonly string[];
  /** Heading of the column of names, which are cut when no more columns can be dropped; the first column by default. */
  readonly names?: string;
  /** The end of a cell that was cut, one column wide; `…` by default. */
  readonly ellipsis?: string;
  /** The escape sequence that colours a cell; no colours by default. */
  readonly colour?: (row: number, heading: string) => string | undefined;
}

/**
 * A table: aligned columns with headings on a terminal, tab-separated fields without headings elsewhere. Empty cells
 * are shown as `-`, control characters are escaped. On a narrow terminal the few names that are far longer than the
 * others are cut first, then columns are dropped, then all names and other cells are cut. Empty without rows.
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  layout: TableLayout,
): string {
  if (rows.length === 0) return '';
  if (!layout.terminal) return tabSeparated(rows, headings.length);
  const cells = rows.map(shownCells);
  const fitted = fitTable(headings, cells, layout);
  const heading = `${fitted.line(headings)}\n`;
  const coloured = (row: number) => (column: number) => layout.colour?.(row, headings[column] ?? '');
  return heading + cells.map((row, index) => `${fitted.line(row, coloured(index))}\n`).join('');
}

function tabSeparated(rows: readonly (readonly string[])[], columns: number): string {
  // Matches nearly every line, in a fraction of the time that a test of each cell takes.
  const plain = new RegExp(`^[ -~]*(?:\\t[ -~]*){${columns - 1}}$`);
  return rows
    .map((row) => {
      const line = row.map((cell) => cell || EMPTY).join('\t');
      return plain.test(line) ? `${line}\n` : `${shownCells(row).join('\t')}\n`;
    })
    .join('');
}

/** A row as it is shown: `-` for an empty cell, control characters escaped. */
export function shownCells(row: readonly string[]): readonly string[] {
  return row.map((cell) => (cell === '' ? EMPTY : printable(cell)));
}

export interface FittedTable {
  /** A row as a line that fits, without trailing blanks. */
  line(row: readonly string[], colour?: (column: number) => string | undefined): string;
}

/** Chooses the width of each column so that every row of `shownCells` fits into `columns`. */
export function fitTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  {
    columns,
    givesWay = [],
    names = headings[0] ?? '',
    ellipsis = '…',
  }: Omit<TableLayout, 'terminal' | 'colour'>,
): FittedTable {
  const widths = headings.map((heading, column) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? '')), displayWidth(heading)),
  );
  const ofNames = headings.indexOf(names);
  const usual = (): number => {
    const sorted = rows.map((row) => displayWidth(row[ofNames] ?? '')).sort((a, b) => a - b);
    return Math.max(displayWidth(names), sorted[rows.length - 1 - Math.floor(rows.length * OUTLIERS)] ?? 0);
  };
  const fitted = fitWidths(headings, widths, { columns, givesWay, ofNames, usual });
  return {
    line(row, colour = () => undefined) {
      const shown = row.flatMap((cell, column) => {
        const width = fitted[column] ?? 0;
        if (width === 0) return [];
        const text = cut(cell, width, ellipsis);
        const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
        const start = colour(column);
        return [start === undefined ? text + blanks : start + text + RESET + blanks];
      });
      return shown.join(GAP).trimEnd();
    },
  };
}

interface Room {
  readonly columns: number;
  readonly givesWay: readonly string[];
  /** The index of the column of names. */
  readonly ofNames: number;
  /** The width of all names but the outliers. */
  readonly usual: () => number;
}

/** The width of each column; 0 for a dropped one. */
function fitWidths(
  headings: readonly string[],
  widths: readonly number[],
  { columns, givesWay, ofNames, usual }: Room,
): number[] {
  const fitted = [...widths];
  const excess = (): number => {
    const shown = fitted.filter((width) => width > 0);
    return shown.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - columns;
  };
  const whole = widths[ofNames] ?? 0;
  if (excess() > 0) fitted[ofNames] = Math.min(whole, Math.max(NAME_WIDTH, usual()));
  for (const heading of givesWay) {
    if (excess() <= 0) break;
    fitted[headings.indexOf(heading)] = 0;
  }
  const shrink = (column: number, least: number): void => {
    const width = fitted[column] ?? 0;
    fitted[column] = Math.max(Math.min(width, least), width - Math.max(0, excess()));
  };
  shrink(ofNames, NAME_WIDTH);
  for (let column = headings.length - 1; column >= 0; column--) shrink(column, 1);
  const names = fitted[ofNames] ?? 0;
  fitted[ofNames] = Math.min(whole, names + Math.max(0, -excess()));
  return fitted;
}

/** Cuts a text to `width` terminal columns; a cut text ends with `ellipsis`, one column wide. */
export function cut(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  let shown = '';
  let used = displayWidth(ellipsis);
  for (const character of text) {
    used += displayWidth(character);
    if (used > width) break;
    shown += character;
  }
  return shown + ellipsis;
}
