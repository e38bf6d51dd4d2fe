import { commandLine } from '../../core/command-line.ts';
import { fs } from '../lazy-builtins.ts';
import { errorCode } from '../system-errors.ts';
import { makeRoom, refusal } from './trusted-path.ts';

const FILE_MODE = 0o600;

/**
 * Opens a file of ours: a regular one that belongs to this user, no link followed, a mode that lets others in tightened,
 * and with no second name where it is to be written.
 * `flags` are open(2)'s; with O_CREAT a new file is 0600. `tighten` false leaves modes as they are. Throws the system's error, and CliError `keystore` with code
 * `not-ours` for anything else than such a file.
 */
export function openPrivateFile(path: string, flags: number, { tighten = true } = {}): number {
  const { constants, fchmodSync, fstatSync } = fs();
  // A pipe in its place must not be waited for.
  const nonBlocking = (constants.O_NONBLOCK as number | undefined) ?? 0;
  const descriptor = open(path, flags | noFollow() | nonBlocking);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw notRegular(path);
    const user = process.geteuid?.();
    if (user !== undefined && found.uid !== user) {
      throw refusal(path, `belongs to another user (uid ${found.uid})`, removal(path));
    }
    const writes = (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
    if (writes && found.nlink > 1) throw refusal(path, 'has another hard link', removal(path));
    if (tighten && user !== undefined && (found.mode & 0o077) !== 0) {
      try {
        fchmodSync(descriptor, found.mode & 0o700);
      } catch (error) {
        // The folder above keeps others out.
        if (errorCode(error) !== 'EROFS') throw error;
      }
    }
    return descriptor;
  } catch (error) {
    fs().closeSync(descriptor);
    throw error;
  }
}

/** O_NOFOLLOW, where the system has it. */
export function noFollow(): number {
  const { constants } = fs();
  return 'O_NOFOLLOW' in constants ? constants.O_NOFOLLOW : 0;
}

/** The error for something other than a regular file in the place of a file of ccvault. */
export function notRegular(path: string): Error {
  return refusal(path, 'is not a regular file', makeRoom(path));
}

/** The error for a link in the place of a file of ccvault. */
export function linked(path: string): Error {
  return refusal(path, 'is a symbolic link', `put the file itself in its place, or ${removal(path)}`);
}

function removal(path: string): string {
  return `remove it: ${commandLine('rm', path)}`;
}

function open(path: string, flags: number): number {
  try {
    return fs().openSync(path, flags, FILE_MODE);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ELOOP') throw linked(path);
    // A socket, or a folder opened for writing.
    if (code === 'ENXIO' || code === 'EISDIR') throw notRegular(path);
    throw error;
  }
}
