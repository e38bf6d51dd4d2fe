import { commandLine } from '../../core/command-line.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { fs, path as paths } from '../lazy-builtins.ts';
import { errorCode, explainError } from '../system-errors.ts';

/**
 * Makes a folder that only this user can enter (0700 whatever the umask), or checks the one that is there: no
 * symbolic link, ours, writable by nobody else. Throws CliError `keystore`.
 */
export function ensurePrivateDirectory(path: string): void {
  try {
    if (makeDirectory(path)) return;
    check(path);
  } catch (error) {
    if (isCliError(error)) throw error;
    throw new CliError('keystore', `cannot make the folder ${path}: ${explainError(error)}`, {
      cause: error,
    });
  }
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

function check(path: string): void {
  const found = fs().lstatSync(path);
  if (found.isSymbolicLink()) {
    throw refusal(path, 'is a symbolic link', 'set CCVAULT_HOME to the folder itself');
  }
  if (!found.isDirectory())
    throw refusal(path, 'is not a folder', `move it away: ${commandLine('mv', path, `${path}.old`)}`);
  // Windows has neither; the profile folder's access list keeps others out there.
  const user = process.geteuid?.();
  if (user === undefined) return;
  if (found.uid !== user) {
    throw refusal(
      path,
      `belongs to another user (uid ${found.uid})`,
      'run ccvault as that user, or set CCVAULT_HOME',
    );
  }
  if ((found.mode & 0o022) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    throw refusal(
      path,
      `can be written to by others (mode ${mode})`,
      `run: ${commandLine('chmod', '700', path)}`,
    );
  }
}

function refusal(path: string, reason: string, hint: string): CliError {
  return new CliError('keystore', `${path} ${reason}`, { hints: [hint] });
}
