import { commandLine } from '../../core/command-line.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { fs, path as paths } from '../lazy-builtins.ts';
import { errorCode, explainError } from '../system-errors.ts';
import { makeRoom, octal, refusal, walkTrusted } from './trusted-path.ts';

export interface PrivateDirectoryOptions {
  /** Whether a link of this user's or root's may stand for the folder. */
  readonly link: boolean;
  /** Told that the folder was open to others and is closed now; without it, an open one is left open. */
  readonly warn: ((message: string) => void) | undefined;
}

/**
 * Makes a folder that only this user can enter (0700 whatever the umask), or checks the one that is there: see
 * `checkPrivateDirectory`. Throws CliError `keystore`.
 */
export function ensurePrivateDirectory(path: string, options: PrivateDirectoryOptions): void {
  try {
    if (checkPrivateDirectory(path, options) || makeDirectory(path)) return;
    // Somebody else may have made it between the look and the making.
    if (checkPrivateDirectory(path, options)) return;
    throw refusal(path, 'is not a folder', makeRoom(path));
  } catch (error) {
    if (isCliError(error)) throw error;
    throw new CliError('keystore', `cannot make the folder ${path}: ${explainError(error)}`, {
      cause: error,
    });
  }
}

/**
 * Whether a folder is there, and if so one that is ours alone: every folder above it can be trusted, it belongs to this
 * user, and it is closed to others, or is closed now with a warning. Throws CliError `keystore`, with code `not-ours`
 * where it is anything else.
 */
export function checkPrivateDirectory(path: string, { link, warn }: PrivateDirectoryOptions): boolean {
  const found = walkTrusted(path, { link });
  if (found === undefined) return false;
  if (found.isSymbolicLink()) {
    throw refusal(path, 'is a symbolic link', 'put the folder itself in its place');
  }
  if (!found.isDirectory()) return false;
  // Windows has neither; the profile folder's access list keeps others out there.
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
    // Nobody can put anything into a read-only file system.
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
  // Only a umask that takes from the owner leaves anything else.
  if (process.platform !== 'win32' && (fs().lstatSync(path).mode & 0o777) !== 0o700)
    fs().chmodSync(path, 0o700);
  return true;
}
