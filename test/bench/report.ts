// The table of a benchmark run: each line a figure, what it is held against, and the budget.

export type Line = {
  readonly what: string;
  /** Undefined for figures of another kind. */
  readonly milliseconds: number | undefined;
  /** The figure held to the budget: a ratio to `against`, or milliseconds above it. */
  readonly figure: number;
  readonly unit: 'x' | 'ms more' | 'ms' | 'MB';
  readonly against: string;
  readonly budget: number | undefined;
};

// The machines are noisy: only what is far off fails the run.
const FAILS_BEYOND = 2;

export type Machine = {
  /** So many times slower than the one for which the budgets in milliseconds are. */
  readonly slower: number;
  /** Others use it, too. */
  readonly busy: boolean;
};

/**
 * Prints the table and gives the exit code: 1 when a figure is beyond twice its budget. A budget in milliseconds grows on a
 * slower machine. On a busy one nothing fails: the longer a program, the less of it runs undisturbed even once.
 */
export function report(lines: readonly Line[], { slower, busy }: Machine): number {
  const limitOf = ({ unit, budget }: Line): number => {
    if (budget === undefined || busy) return Number.POSITIVE_INFINITY;
    return FAILS_BEYOND * budget * (unit === 'ms' || unit === 'ms more' ? Math.max(1, slower) : 1);
  };
  const rows = lines.map((line) => [
    line.what,
    line.milliseconds === undefined ? '' : `${line.milliseconds.toFixed(1)} ms`,
    `${line.figure.toFixed(2)} ${line.unit}${line.against === '' ? '' : ` ${line.against}`}`,
    line.budget === undefined ? '' : `${line.budget} ${line.unit}`,
    verdict(line, limitOf(line)),
  ]);
  printTable([['path', 'best', 'figure', 'budget', ''], ...rows]);
  if (busy) console.log('the machine is busy: none of this is judged');
  return lines.some((line) => line.figure > limitOf(line)) ? 1 : 0;
}

/**
 * Prints programs that each do more than the one before, with their times in milliseconds and what each adds. A
 * difference between two of the quickest runs needs no clock in the program.
 */
export function reportParts(programs: readonly (readonly [what: string, milliseconds: number])[]): void {
  const rows = programs.map(([what, milliseconds], index) => {
    const before = programs[index - 1]?.[1] ?? 0;
    return [what, `${milliseconds.toFixed(1)} ms`, `${(milliseconds - before).toFixed(1)} ms`];
  });
  printTable([['up to here', 'best', 'adds'], ...rows]);
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    console.log(cells.join('  ').trimEnd());
  }
}

function verdict({ figure, budget }: Line, limit: number): string {
  if (budget === undefined) return '';
  if (figure <= budget) return 'within';
  return figure <= limit ? 'over, within the noise allowed' : 'TOO SLOW';
}
