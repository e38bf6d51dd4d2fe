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

/** Prints the table and gives the exit code: 1 when a figure is beyond twice its budget. */
export function report(lines: readonly Line[]): number {
  const rows = lines.map((line) => [
    line.what,
    line.milliseconds === undefined ? '' : `${line.milliseconds.toFixed(1)} ms`,
    `${line.figure.toFixed(2)} ${line.unit}${line.against === '' ? '' : ` ${line.against}`}`,
    line.budget === undefined ? '' : `${line.budget} ${line.unit}`,
    verdict(line),
  ]);
  const headings = ['path', 'best', 'figure', 'budget', ''];
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of [headings, ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  return lines.some((line) => line.budget !== undefined && line.figure > FAILS_BEYOND * line.budget) ? 1 : 0;
}

function verdict({ figure, budget }: Line): string {
  if (budget === undefined) return '';
  if (figure <= budget) return 'within';
  return figure <= FAILS_BEYOND * budget ? 'over, within the noise allowed' : 'TOO SLOW';
}
