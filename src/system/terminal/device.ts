import { fs } from '../lazy-builtins.ts';
import type { ReadStream, WriteStream } from 'node:tty';
import { CliError, messageOf } from '../../core/errors.ts';
import { explainError } from '../system-errors.ts';

const windows = process.platform === 'win32';

/** The controlling terminal, for reading keys and for writing; two devices on Windows, one elsewhere. */
export const TERMINAL_INPUT = windows ? String.raw`\\.\CONIN$` : '/dev/tty';
const TERMINAL_OUTPUT = windows ? String.raw`\\.\CONOUT$` : '/dev/tty';

/** Writes to the controlling terminal, wherever standard output and error go. Throws the system's error. */
export function writeToTerminal(text: string): void {
  const descriptor = openTerminalOutput();
  try {
    fs().writeSync(descriptor, text);
  } finally {
    fs().closeSync(descriptor);
  }
}

/**
 * Opens the controlling terminal for output; the caller closes the descriptor. Throws the system's error without a
 * terminal.
 */
export function openTerminalOutput(): number {
  return fs().openSync(TERMINAL_OUTPUT, fs().constants.O_RDWR | fs().constants.O_NOCTTY);
}

/**
 * Resolves when a stream that is destroyed, and the descriptor it was created from, are closed. Call it before
 * `destroy()`.
 */
export async function streamClosed(stream: ReadStream | WriteStream, descriptor: number): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
  });
  // libuv opens the terminal a second time and leaves the first descriptor open; Bun closes it.
  if (process.getBuiltinModule('node:tty').isatty(descriptor)) fs().closeSync(descriptor);
}

/** The size of the controlling terminal, 80 by 24 if it is not set. Throws the system's error without a terminal. */
export async function terminalSize(): Promise<{ readonly columns: number; readonly rows: number }> {
  const descriptor = openTerminalOutput();
  const { WriteStream } = process.getBuiltinModule('node:tty');
  const stream = new WriteStream(descriptor);
  const size = { columns: stream.columns || 80, rows: stream.rows || 24 };
  const closed = streamClosed(stream, descriptor);
  stream.destroy();
  await closed;
  return size;
}

/** The CliError `failure`, code `no-terminal`, for an error of the terminal: `cannot VERB the terminal`. */
export function terminalError(verb: string, error: unknown): CliError {
  // When a mode cannot be set, Bun's error has the error number in its message alone.
  const number = /errno: (\d+)$/.exec(messageOf(error))?.[1];
  const { getSystemErrorName } = process.getBuiltinModule('node:util');
  const reason = explainError(number === undefined ? error : { code: getSystemErrorName(-Number(number)) });
  return new CliError('failure', `cannot ${verb} the terminal: ${reason}`, {
    code: 'no-terminal',
    cause: error,
  });
}
