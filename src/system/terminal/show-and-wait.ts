import { CliError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { writeToTerminal } from './device.ts';

/**
 * Shows lines on the controlling terminal (an SDK may swallow standard error), or passes each to `otherwise` if there
 * is no terminal, then waits for `work`. Shows the lines again after the program was stopped and continued. Throws
 * CliError `interrupted` on Ctrl-C, and what `work` throws.
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
    // Shown only now: whoever reads the lines may press Ctrl-C at once.
    show();
    process.on('SIGCONT', show);
    try {
      return await work(signal);
    } finally {
      process.off('SIGCONT', show);
    }
  });
}

/** Waits for `work`; its signal is aborted when the wait ends. Throws CliError `interrupted` on Ctrl-C. */
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
