import { fs, os } from './lazy-builtins.ts';
import { openedLinuxLibc } from './libc.ts';
import type { LinuxLibc } from './libc.ts';

// include/uapi/asm-generic/ioctls.h
const TCGETS = 0x5401;
const TERMIOS_BYTES = 64;

// Reads and writes open descriptors, by system calls where the C library is open: `node:fs` and `node:tty` take Bun
// longer to load than a whole run with a ready answer. Errors are system errors with a `code` (`EAGAIN`).

/** Writes as many bytes as the system accepts at once and returns their number. Throws the system's error. */
export function writeSome(descriptor: number, bytes: Uint8Array): number {
  const libc = openedLinuxLibc();
  if (libc === undefined) return fs().writeSync(descriptor, bytes);
  return checked(libc.call('write', descriptor, bytes, bytes.length), libc);
}

/**
 * Reads what is available, at most the buffer's length, and returns the number of bytes; 0 at the end. Throws the
 * system's error.
 */
export function readSome(descriptor: number, buffer: Uint8Array): number {
  const libc = openedLinuxLibc();
  if (libc === undefined) return fs().readSync(descriptor, buffer, 0, buffer.length, null);
  return checked(libc.call('read', descriptor, buffer, buffer.length), libc);
}

/** Whether a descriptor is open on a terminal; false if it is closed. */
export function isTerminal(descriptor: number): boolean {
  const libc = openedLinuxLibc();
  if (libc !== undefined) return libc.call('ioctl', descriptor, TCGETS, new Uint8Array(TERMIOS_BYTES)) >= 0;
  try {
    // Checked first: most output is not a terminal, and `node:tty` takes a millisecond to load.
    if (!fs().fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

function checked(result: number, libc: LinuxLibc): number {
  if (result >= 0) return result;
  const number = libc.errno();
  const code = Object.entries(os().constants.errno).find(([, value]) => value === number)?.[0];
  throw Object.assign(new Error(code ?? `errno ${number}`), { code });
}
