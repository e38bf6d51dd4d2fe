import { commandLine } from '../../core/command-line.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { fs, path as paths } from '../lazy-builtins.ts';
import { errorCode, explainError } from '../system-errors.ts';
import { makeRoom, octal, refusal, walkTrusted } from './trusted-path.ts';

export interface PrivateDirectoryOptions {
  /** Whether the folder may be a symbolic link that belongs to this user or root. */
  readonly link: boolean;
  /**
   * Receives the warning that the folder was open to others and is closed now; undefined leaves an open folder open.
   */
  readonly warn: ((message: string) => void) | undefined;
}

/**
 * Creates a folder that only this user can enter (0700 whatever the umask), or checks an existing one as
 * `checkPrivateDirectory` does. Missing folders above it are created with 0755. Throws CliError `keystore`, with code
 * `not-ours` if something else is in its place.
 */
export function ensurePrivateDirectory(path: string, options: PrivateDirectoryOptions): void {
  try {
    if (checkPrivateDirectory(path, options) || makeDirectory(path)) return;
    // Another process may have created it since the check.
    if (checkPrivateDirectory(path, options)) return;
    throw refusal(path, 'is not a folder', makeRoom(path));
  } catch (error) {
    if (isCliError(error)) throw error;
    throw new CliError('keystore', `cannot create the folder ${path}: ${explainError(error)}`, {
      cause: error,
    });
  }
}

/**
 * Returns true for a private folder: every folder above it is trusted (`walkTrusted`), it belongs to this user, and
 * it is closed to others or has just been closed, with a warning. Returns false if nothing, or something other than a
 * folder, is there. Throws CliError `keystore` with code `not-ours` for a folder that is not private, or for a
 * symbolic link without `link`.
 */
export function checkPrivateDirectory(path: string, { link, warn }: PrivateDirectoryOptions): boolean {
  const found = walkTrusted(path, { link });
  if (found === undefined) return false;
  if (found.isSymbolicLink()) {
    throw refusal(path, 'is a symbolic link', 'put the folder itself in its place');
  }
  if (!found.isDirectory()) return false;
  // Windows has neither owner nor mode of this kind; the access list of the user's profile keeps others out.
  const user = process.geteuid?.();
  if (user === undefined) return true;
  if (found.uid !== user) {
    throw refusal(
      path,
      `belongs to another user (uid ${found.uid})`,
      'run ccvault as that user, or set CCVAULT_HOME',
    );
  }
  if ((found.mode & 0o077) !== 0 && warn !== undefined) close(path, found.mode, warn);
  return true;
}

function close(path: string, mode: number, warn: (message: string) => void): void {
  try {
    fs().chmodSync(path, 0o700);
  } catch (error) {
    // Nobody can write to a read-only file system.
    if (errorCode(error) === 'EROFS') return;
    throw refusal(
      path,
      `is open to others (mode ${octal(mode)}) and cannot be closed: ${explainError(error)}`,
      `run: ${commandLine('chmod', '700', path)}`,
    );
  }
  warn(`${path} was open to others (mode ${octal(mode)}) and is closed now`);
}

function makeDirectory(path: string): boolean {
  for (;;) {
    try {
      fs().mkdirSync(path, 0o700);
      break;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EEXIST') return false;
      if (code !== 'ENOENT' || paths().dirname(path) === path) throw error;
      fs().mkdirSync(paths().dirname(path), { recursive: true, mode: 0o755 });
    }
  }
  // Differs only under a umask that takes permissions from the owner.
  if (process.platform !== 'win32' && (fs().lstatSync(path).mode & 0o777) !== 0o700)
    fs().chmodSync(path, 0o700);
  return true;
}
