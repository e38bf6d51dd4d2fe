import { CliError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { writeToTerminal } from './device.ts';

/**
 * Shows lines on the controlling terminal (standard error may be a pipe that an SDK swallows), or where there is none
 * gives each to `otherwise`, then waits for `work`; shows them again when the program was stopped and continued. Throws
 * CliError `interrupted` on Ctrl-C.
 */
export async function attend<T>(
  lines: readonly string[],
  otherwise: (line: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const show = (): void => {
    try {
      writeToTerminal(lines.map((line) => `${printable(line)}\r\n`).join(''));
    } catch {
      for (const line of lines) otherwise(line);
    }
  };
  return untilInterrupted(async (signal) => {
    // Only now: who reads the lines may press Ctrl-C at once.
    show();
    process.on('SIGCONT', show);
    try {
      return await work(signal);
    } finally {
      process.off('SIGCONT', show);
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
