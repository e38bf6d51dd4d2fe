import { commandLine } from '../../core/command-line.ts';
import { fs } from '../lazy-builtins.ts';
import { errorCode } from '../system-errors.ts';
import { makeRoom, refusal } from './trusted-path.ts';

const FILE_MODE = 0o600;

/**
 * Opens a private file: a regular file that belongs to this user, without following a link and, if it is opened for
 * writing, without a second hard link. Removes the permissions of others, unless `tighten` is false. `flags` are
 * those of open(2); with O_CREAT a new file gets 0600. Returns a descriptor, which the caller closes. Throws CliError
 * `keystore` with code `not-ours` for any other file, and the system's error.
 */
export function openPrivateFile(path: string, flags: number, { tighten = true } = {}): number {
  const { constants, fchmodSync, fstatSync } = fs();
  // Opening a pipe in its place must not wait for the other end.
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
        // A read-only file system: the folder above keeps others out.
        if (errorCode(error) !== 'EROFS') throw error;
      }
    }
    return descriptor;
  } catch (error) {
    fs().closeSync(descriptor);
    throw error;
  }
}

/** O_NOFOLLOW of open(2), 0 where the system does not have it (Windows). */
export function noFollow(): number {
  const { constants } = fs();
  return 'O_NOFOLLOW' in constants ? constants.O_NOFOLLOW : 0;
}

/** The error if something other than a regular file is in the place of one of ccvault's files. */
export function notRegular(path: string): Error {
  return refusal(path, 'is not a regular file', makeRoom(path));
}

/** The error if a symbolic link is in the place of one of ccvault's files. */
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
    // A socket, a pipe without a reader, or a folder that is opened for writing.
    if (code === 'ENXIO' || code === 'EISDIR') throw notRegular(path);
    throw error;
  }
}
