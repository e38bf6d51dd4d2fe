import type { Stats } from 'node:fs';
import { CliError, isCliError } from '../../core/errors.ts';
import type { ErrorKind } from '../../core/errors.ts';
import type { FileStat, ReplaceOptions, UserFiles } from '../../core/ports/files.ts';
import { fs, path as paths } from '../lazy-builtins.ts';
import { errorCode, explainError } from '../system-errors.ts';
import { isTemporaryName, stageFile, temporaryName } from './staged-file.ts';

// The limit of Linux (path_resolution(7), ELOOP).
const MAX_LINKS = 40;
const STALE_AFTER_MS = 3600_000;
// Far above the size of any file that is read here; a device or a pipe may have no end.
const MAX_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** The files of the user and of the system: everything outside the vault's folder. */
export const systemFiles: UserFiles = {
  read,
  readText: (path) => read(path)?.toString('utf8'),
  stat(path) {
    const found = statIfThere(path);
    return found && describe(found);
  },
  list(path) {
    try {
      return fs().readdirSync(path).sort();
    } catch (error) {
      return absentOr(path, error) ?? [];
    }
  },
  replace: (path, bytes, options) => attemptWrite(path, () => replace(path, bytes, options), 'config'),
  createIfAbsent: (path) => attemptWrite(path, () => createIfAbsent(path), 'config'),
  followLinks,
  remove(path) {
    try {
      fs().unlinkSync(path);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw new CliError('failure', `cannot remove ${path}: ${explainError(error)}`, { cause: error });
    }
  },
};

function createIfAbsent(path: string): boolean {
  const { constants } = fs();
  fs().mkdirSync(paths().dirname(path), { recursive: true, mode: 0o700 });
  try {
    fs().closeSync(fs().openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): Buffer | undefined {
  try {
    const found = fs().statSync(path);
    if (found.size > MAX_BYTES) throw tooLong(path);
    return found.isFile() || found.isDirectory() ? fs().readFileSync(path) : readStream(path);
  } catch (error) {
    if (isCliError(error)) throw error;
    return absentOr(path, error);
  }
}

/** Reads a pipe (`<(...)` in a shell) or a device to its end. */
function readStream(path: string): Buffer {
  const descriptor = fs().openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const count = fs().readSync(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      length += count;
      if (length > MAX_BYTES) throw tooLong(path);
    }
  } finally {
    fs().closeSync(descriptor);
  }
}

function tooLong(path: string): CliError {
  return new CliError('config', `cannot read ${path}: it is larger than 64 MB`, {
    hints: ['name another file'],
  });
}

/** Runs `work` and turns its error into a CliError of this kind that names the path and the reason. */
export function attemptWrite<T>(path: string, work: () => T, kind: ErrorKind): T {
  try {
    return work();
  } catch (error) {
    if (isCliError(error)) throw error;
    throw failure(kind, 'write', path, error);
  }
}

function statIfThere(path: string): Stats | undefined {
  try {
    return fs().statSync(path);
  } catch (error) {
    return absentOr(path, error);
  }
}

/** The `FileStat` of a file. */
export function describe(found: Stats): FileStat {
  const user = process.geteuid?.();
  return {
    size: found.size,
    mode: found.mode & 0o7777,
    modifiedAt: found.mtimeMs,
    isOurs: user === undefined || found.uid === user,
  };
}

/** Whether an error means that the file does not exist. */
export function isAbsent(error: unknown): boolean {
  // ENOTDIR: a part of the path is a file.
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

/**
 * Returns undefined if the error means that the file does not exist; otherwise throws it as a CliError of this kind.
 */
export function absentOr(path: string, error: unknown, kind: ErrorKind = 'config'): undefined {
  if (isAbsent(error)) return undefined;
  throw failure(kind, 'read', path, error);
}

function failure(kind: ErrorKind, verb: 'read' | 'write', path: string, error: unknown): CliError {
  return new CliError(kind, `cannot ${verb} ${path}: ${explainError(error)}`, {
    hints: [
      errorCode(error) === 'EISDIR'
        ? 'name a file, or put one in its place'
        : `${verb === 'write' ? 'make room or ' : ''}correct the permissions, then run the command again`,
    ],
    cause: error,
  });
}

function replace(path: string, bytes: Uint8Array | string, options: ReplaceOptions): boolean {
  const target = followLinks(path);
  const previous = statIfThere(target);
  if (previous !== undefined && !previous.isFile()) {
    // A rename would replace a device or a pipe with a file.
    throw new CliError('config', `cannot write ${path}: it is not a regular file`);
  }
  const directory = paths().dirname(target);
  fs().mkdirSync(directory, { recursive: true, mode: 0o700 });
  const mode = previous === undefined ? options.mode : previous.mode & 0o7777;
  const staged = stageFile(paths().join(directory, temporaryName()), bytes, {
    mode,
    owner: previous,
    durable: options.durable,
  });
  if (options.expected !== undefined && !isAs(target, options.expected)) {
    staged.discard();
    return false;
  }
  staged.commit(target);
  removeStaleTemporaryFiles(directory, Date.now());
  return true;
}

/** Whether the file has the expected bytes; only a system call lies between this check and the rename. */
function isAs(path: string, expected: Uint8Array | null): boolean {
  const now = read(path);
  return expected === null ? now === undefined : now?.equals(expected) === true;
}

/** The end of a chain of symbolic links, existing or not: dotfiles managers link config files into a repository. */
function followLinks(path: string): string {
  let current = path;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    try {
      if (!fs().lstatSync(current).isSymbolicLink()) return current;
    } catch (error) {
      if (isAbsent(error)) return current;
      throw error;
    }
    current = paths().resolve(paths().dirname(current), fs().readlinkSync(current));
  }
  throw new CliError('config', `cannot write ${path}: too many symbolic links`);
}

/**
 * Removes the temporary files of killed writes from a folder, those last changed more than an hour before `now`
 * (milliseconds since the epoch). Best effort: never throws.
 */
export function removeStaleTemporaryFiles(directory: string, now: number): void {
  let names: readonly string[];
  try {
    names = fs().readdirSync(directory);
  } catch {
    return;
  }
  for (const name of names) {
    if (!isTemporaryName(name)) continue;
    try {
      const path = paths().join(directory, name);
      if (now - fs().lstatSync(path).mtimeMs > STALE_AFTER_MS) fs().unlinkSync(path);
    } catch {
      // Another process has removed it, or this user may not.
    }
  }
}
