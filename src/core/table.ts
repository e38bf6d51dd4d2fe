import { displayWidth } from './display-width.ts';
import { printable } from './printable.ts';

const GAP = '  ';
const ELLIPSIS = '…';
/** What is left of a name at least, as long as other cells can be cut instead. */
const NAME_WIDTH = 8;

export interface TableLayout {
  readonly terminal: boolean;
  /** How many columns a line may take on a terminal. */
  readonly columns: number;
  /** Headings of the columns that give way on a narrow terminal, the first to go first. */
  readonly givesWay?: readonly string[];
}

/**
 * A table: columns in line and a heading on a terminal, tab-separated fields without heading elsewhere. Empty cells are
 * shown as `-`, control characters escaped. On a narrow terminal columns give way, then the names of the first
 * column are cut. Without rows it is empty.
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  layout: TableLayout,
): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => row.map((cell) => (cell === '' ? '-' : printable(cell))));
  if (!layout.terminal) return cells.map((row) => `${row.join('\t')}\n`).join('');
  const lines = [headings, ...cells];
  const widths = headings.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, displayWidth(line[column] ?? '')), 0),
  );
  const fitted = fitWidths(headings, widths, layout);
  return lines
    .map((line) => {
      const shown = line.flatMap((cell, column) => {
        const width = fitted[column] ?? 0;
        return width === 0 ? [] : [padded(cut(cell, width), width)];
      });
      return `${shown.join(GAP).trimEnd()}\n`;
    })
    .join('');
}

/** The width of each column in a line of at most `columns`; 0 for one that gave way. */
function fitWidths(
  headings: readonly string[],
  widths: readonly number[],
  { columns, givesWay = [] }: TableLayout,
): number[] {
  const fitted = [...widths];
  const excess = (): number => {
    const shown = fitted.filter((width) => width > 0);
    return shown.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - columns;
  };
  for (const heading of givesWay) {
    if (excess() <= 0) break;
    fitted[headings.indexOf(heading)] = 0;
  }
  const shrink = (column: number, least: number): void => {
    const width = fitted[column] ?? 0;
    fitted[column] = Math.max(Math.min(width, least), width - Math.max(0, excess()));
  };
  shrink(0, NAME_WIDTH);
  for (let column = headings.length - 1; column >= 0; column--) shrink(column, 1);
  return fitted;
}

/** A text of at most `width` columns of a terminal; what is cut ends with `…`. */
function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let shown = '';
  let used = displayWidth(ELLIPSIS);
  for (const character of text) {
    used += displayWidth(character);
    if (used > width) break;
    shown += character;
  }
  return shown + ELLIPSIS;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
