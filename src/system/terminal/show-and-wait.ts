import { CliError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { explainError } from '../system-errors.ts';
import { writeToTerminal } from './device.ts';

/**
 * Shows lines on the controlling terminal (standard error may be a pipe that an SDK swallows), then waits for
 * `work`; shows them again when the program was stopped and continued. Throws CliError `interrupted` on Ctrl-C, `failure` with code `no-terminal` without a terminal.
 */
export async function attend<T>(
  lines: readonly string[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const showAgain = (): void => {
    try {
      show(lines);
    } catch {
      // The terminal is gone; the wait ends as it will.
    }
  };
  return untilInterrupted(async (signal) => {
    // Only now: who reads the lines may press Ctrl-C at once.
    show(lines);
    process.on('SIGCONT', showAgain);
    try {
      return await work(signal);
    } finally {
      process.off('SIGCONT', showAgain);
    }
  });
}

/** Waits for `work`, whose signal ends with the wait. Throws CliError `interrupted` on Ctrl-C. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupted = Promise.withResolvers<never>();
  const onSignal = (): void => {
    controller.abort();
    interrupted.reject(new CliError('interrupted', 'cancelled'));
  };
  process.once('SIGINT', onSignal);
  try {
    return await Promise.race([work(controller.signal), interrupted.promise]);
  } finally {
    process.off('SIGINT', onSignal);
    controller.abort();
  }
}

function show(lines: readonly string[]): void {
  try {
    writeToTerminal(lines.map((line) => `${printable(line)}\r\n`).join(''));
  } catch (error) {
    throw new CliError('failure', `there is no terminal to show the sign-in on: ${explainError(error)}`, {
      code: 'no-terminal',
      cause: error,
    });
  }
}
