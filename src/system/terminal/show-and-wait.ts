import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { CliError, messageOf } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';

const DEVICE = process.platform === 'win32' ? String.raw`\\.\CONOUT$` : '/dev/tty';

/**
 * Shows lines on the controlling terminal (standard error may be a pipe that an SDK swallows), then waits for
 * `work`. Throws CliError `interrupted` on Ctrl-C, `failure` with code `no-terminal` without a terminal.
 */
export async function attend<T>(
  lines: readonly string[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return untilInterrupted((signal) => {
    // Only now: who reads the lines may press Ctrl-C at once.
    show(lines);
    return work(signal);
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
    const descriptor = openSync(DEVICE, constants.O_WRONLY | constants.O_NOCTTY);
    try {
      writeSync(descriptor, lines.map((line) => `${printable(line)}\r\n`).join(''));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new CliError('failure', `there is no terminal to show the sign-in on: ${messageOf(error)}`, {
      code: 'no-terminal',
      cause: error,
    });
  }
}
