import { BUG_HINT, hintLine, isCliError, messageOf } from '../core/errors.ts';
import type { Output } from '../core/ports/terminal.ts';

/**
 * Prints an error on standard error and returns the exit code. Anything but a CliError is a bug in ccvault and is
 * reported as one; its stack is shown only with --debug, because a stack can quote what was typed.
 */
export function renderError(
  error: unknown,
  out: Pick<Output, 'error' | 'hint' | 'debug'>,
  options: { readonly debug: boolean },
): number {
  if (isCliError(error)) {
    out.error(error.message);
    // One line for the error and one for its hints: users do not read more than two.
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
