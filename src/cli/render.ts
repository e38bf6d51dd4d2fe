import { displayWidth } from '../core/display-width.ts';
import { BUG_HINT, hintLine, isCliError, messageOf } from '../core/errors.ts';
import type { Output } from '../core/ports/system.ts';
import { printable } from '../core/printable.ts';

/**
 * Says on standard error what went wrong and returns the exit code. Anything but a CliError is a bug of
 * ccvault and is called so; its stack shows under --debug only, since a stack can quote what was typed.
 */
export function renderError(
  error: unknown,
  out: Pick<Output, 'error' | 'hint' | 'debug'>,
  options: { readonly debug: boolean },
): number {
  if (isCliError(error)) {
    out.error(error.message);
    // One line each for what and how: more than two lines are not read.
    if (error.hints.length > 0) out.hint(hintLine(error.hints));
    if (error.cause !== undefined) out.debug(`caused by: ${messageOf(error.cause)}`);
    return error.exitCode;
  }
  out.error(messageOf(error));
  out.hint(BUG_HINT);
  if (options.debug && error instanceof Error) {
    for (const line of (error.stack ?? '').split('\n')) out.debug(line);
  }
  return 1;
}

/**
 * A table: columns in line and a heading on a terminal, tab-separated fields without heading elsewhere. Empty
 * cells are shown as `-`, control characters escaped. Without rows it is empty.
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  options: { readonly terminal: boolean },
): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => row.map((cell) => (cell === '' ? '-' : printable(cell))));
  if (!options.terminal) return cells.map((row) => `${row.join('\t')}\n`).join('');
  const lines = [headings, ...cells];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => displayWidth(line[column] ?? ''))),
  );
  return lines
    .map((line) => {
      const padded = line.map(
        (cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)),
      );
      return `${padded.join('  ').trimEnd()}\n`;
    })
    .join('');
}
