import { closeSync, constants, openSync, writeSync } from 'node:fs';

const windows = process.platform === 'win32';

/** The controlling terminal, for reading keys and for writing; one device but on Windows. */
export const TERMINAL_INPUT = windows ? String.raw`\\.\CONIN$` : '/dev/tty';
const TERMINAL_OUTPUT = windows ? String.raw`\\.\CONOUT$` : '/dev/tty';

/** Writes to the controlling terminal, whatever standard output and error are. Throws the system's error. */
export function writeToTerminal(text: string): void {
  const descriptor = openTerminalOutput();
  try {
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** A descriptor to draw on. Throws the system's error where there is no terminal. */
export function openTerminalOutput(): number {
  return openSync(TERMINAL_OUTPUT, constants.O_RDWR | constants.O_NOCTTY);
}
