import type { Stats } from 'node:fs';
import { CliError, isCliError } from '../../core/errors.ts';
import type { Files, ReplaceOptions } from '../../core/ports/files.ts';
import { fs, path as paths } from '../lazy-builtins.ts';
import { ensurePrivateDirectory } from './private-directory.ts';
import { errorCode, explainError } from '../system-errors.ts';

// Linux gives up on longer chains too (path_resolution(7), ELOOP).
const MAX_LINKS = 40;
const STALE_AFTER_MS = 3600_000;
const TEMPORARY_NAME = /^\.ccvault-[0-9a-f]{16}\.tmp$/;

/**
 * The real files behind the port. What fails is said here, with path and reason: as the key store's below
 * `vaultDirectory`, which is asked for only then, and as the configuration's anywhere else.
 */
export function createFiles(vaultDirectory: () => string | undefined): Files {
  function attempt<T>(verb: 'read' | 'write', path: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isCliError(error)) throw error;
      throw new CliError(kindOf(path), `cannot ${verb} ${path}: ${explainError(error)}`, {
        hints: [
          errorCode(error) === 'EISDIR'
            ? 'name a file, or put one in its place'
            : `${verb === 'write' ? 'make room or ' : ''}correct the permissions, then run the command again`,
        ],
        cause: error,
      });
    }
  }

  function kindOf(path: string): 'keystore' | 'config' {
    try {
      const vault = vaultDirectory();
      return vault !== undefined && (path === vault || path.startsWith(`${vault}/`)) ? 'keystore' : 'config';
    } catch {
      // Without a home folder no path is the vault's.
      return 'config';
    }
  }

  const read = (path: string): Buffer | undefined =>
    attempt('read', path, () => unlessAbsent(() => fs().readFileSync(path)));

  return {
    read,
    readText: (path) => read(path)?.toString('utf8'),
    stat: (path) =>
      attempt('read', path, () => {
        const found = statIfThere(path);
        if (found === undefined) return undefined;
        const user = process.geteuid?.();
        return {
          size: found.size,
          mode: found.mode & 0o7777,
          modifiedAt: found.mtimeMs,
          isOurs: user === undefined || found.uid === user,
        };
      }),
    list: (path) => attempt('read', path, () => unlessAbsent(() => fs().readdirSync(path).sort()) ?? []),
    replace: (path, bytes, options) => attempt('write', path, () => replace(path, bytes, options)),
    createIfAbsent: (path) => attempt('write', path, () => createIfAbsent(path)),
    rename: (from, to) =>
      attempt('write', to, () => {
        fs().renameSync(from, to);
        syncDirectory(paths().dirname(to));
      }),
    followLinks: (path) => attempt('read', path, () => followLinks(path)),
    remove(path) {
      try {
        return unlessAbsent(() => (fs().unlinkSync(path), true)) ?? false;
      } catch (error) {
        throw new CliError('failure', `cannot remove ${path}: ${explainError(error)}`, { cause: error });
      }
    },
    ensurePrivateDirectory,
  };
}

/** Files of no vault. */
export const systemFiles: Files = createFiles(() => undefined);

/** Between this look and the rename there is no more than a system call. */
function assertStill(path: string, target: string, expected: Uint8Array | null): void {
  const now = unlessAbsent(() => fs().readFileSync(target));
  if (expected === null ? now === undefined : now?.equals(expected)) return;
  throw new CliError('config', `${path} was changed by another program meanwhile`, {
    code: 'changed',
    hints: ['run the command again'],
  });
}

function createIfAbsent(path: string): boolean {
  fs().mkdirSync(paths().dirname(path), { recursive: true, mode: 0o700 });
  try {
    fs().closeSync(
      fs().openSync(path, fs().constants.O_WRONLY | fs().constants.O_CREAT | fs().constants.O_EXCL, 0o600),
    );
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function statIfThere(path: string): Stats | undefined {
  return unlessAbsent(() => fs().statSync(path));
}

/** What `work` finds, or undefined where nothing is. */
function unlessAbsent<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  // ENOTDIR: something above it is a file, so it cannot be there either.
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

function replace(path: string, bytes: Uint8Array | string, options: ReplaceOptions): void {
  const target = followLinks(path);
  const previous = statIfThere(target);
  if (previous !== undefined && !previous.isFile()) {
    // A rename would put a file where a device or a pipe was.
    throw new CliError('config', `cannot write ${path}: it is not a regular file`);
  }
  const directory = paths().dirname(target);
  fs().mkdirSync(directory, { recursive: true, mode: 0o700 });
  const mode = previous === undefined || options.forceMode === true ? options.mode : previous.mode & 0o7777;
  const temporary = paths().join(directory, temporaryName());
  const flags =
    fs().constants.O_WRONLY |
    fs().constants.O_CREAT |
    fs().constants.O_EXCL |
    ((fs().constants.O_NOFOLLOW as number | undefined) ?? 0);
  const descriptor = fs().openSync(temporary, flags, mode);
  try {
    try {
      if (previous !== undefined) keepOwner(descriptor, previous);
      // The umask may have cut bits that the file had before; nothing is added that `mode` does not have.
      if ((fs().fstatSync(descriptor).mode & 0o7777) !== mode) fs().fchmodSync(descriptor, mode);
      writeAll(descriptor, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      if (options.durable !== false) fs().fsyncSync(descriptor);
    } finally {
      fs().closeSync(descriptor);
    }
    if (options.ifStill !== undefined) assertStill(path, target, options.ifStill);
    fs().renameSync(temporary, target);
  } catch (error) {
    fs().rmSync(temporary, { force: true });
    throw error;
  }
  if (options.durable !== false) syncDirectory(directory);
  removeStaleTemporaryFiles(directory, Date.now());
}

/** The end of a chain of symbolic links, there or not: dotfiles managers link config files into a repository. */
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

function temporaryName(): string {
  return `.ccvault-${Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')}.tmp`;
}

function keepOwner(descriptor: number, previous: Stats): void {
  const ours = fs().fstatSync(descriptor);
  if (ours.uid === previous.uid && ours.gid === previous.gid) return;
  try {
    fs().fchownSync(descriptor, previous.uid, previous.gid);
  } catch {
    // Only root may give files away; the file is then ours, with the same mode.
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) {
    offset += fs().writeSync(descriptor, bytes, offset, bytes.length - offset);
  }
}

function syncDirectory(directory: string): void {
  // The new bytes are in place by now, so a failure here (Windows and some network file systems cannot sync a
  // folder) must not be reported as "nothing was written".
  try {
    const descriptor = fs().openSync(directory, fs().constants.O_RDONLY);
    try {
      fs().fsyncSync(descriptor);
    } finally {
      fs().closeSync(descriptor);
    }
  } catch {}
}

/**
 * Removes what a killed `replace` left behind in a folder more than an hour before `now` (milliseconds since the
 * epoch). Best effort: never throws.
 */
function removeStaleTemporaryFiles(directory: string, now: number): void {
  let names: readonly string[];
  try {
    names = fs().readdirSync(directory);
  } catch {
    return;
  }
  for (const name of names) {
    if (!TEMPORARY_NAME.test(paths().basename(name))) continue;
    try {
      const path = paths().join(directory, name);
      if (now - fs().lstatSync(path).mtimeMs > STALE_AFTER_MS) fs().unlinkSync(path);
    } catch {
      // Another process was faster, or it is not ours to remove.
    }
  }
}
