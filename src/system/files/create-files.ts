import type { Stats } from 'node:fs';
import { CliError, isCliError } from '../../core/errors.ts';
import type { Files, ReplaceOptions, Staged } from '../../core/ports/files.ts';
import type { Host } from '../../core/ports/system.ts';
import type { Output } from '../../core/ports/terminal.ts';
import { fs, path as paths } from '../lazy-builtins.ts';
import { explainError } from '../system-errors.ts';
import {
  absentOr,
  attemptWrite,
  describe,
  isAbsent,
  removeStaleTemporaryFiles,
  systemFiles,
} from './files.ts';
import { checkPrivateDirectory, ensurePrivateDirectory } from './private-directory.ts';
import type { PrivateDirectoryOptions } from './private-directory.ts';
import { linked, notRegular, openPrivateFile } from './private-file.ts';
import { isTemporaryName, stageFile, temporaryName } from './staged-file.ts';

const FILE_MODE = 0o600;

/**
 * The real file system behind the port. Files in the vault's folder are private to this user, whoever asks for them:
 * before the first use of a folder, it and every folder above it are checked, and no link in it is followed. All
 * other files are the user's own, and their links are followed.
 */
export function createFiles(host: Pick<Host, 'vaultDirectory'>, out: Pick<Output, 'warning'>): Files {
  const checked = new Set<string>();
  let tighten = true;

  /**
   * Whether a path is in the vault's folder. Checks every folder on the way first; throws CliError as
   * `checkPrivateDirectory`.
   */
  function isOurs(path: string): boolean {
    const vault = vaultDirectory(host);
    if (vault === undefined || !path.startsWith(`${vault}/`)) return false;
    const ends = [vault.length];
    for (let end = vault.length; (end = path.indexOf('/', end + 1)) !== -1;) ends.push(end);
    for (const end of ends) {
      const folder = path.slice(0, end);
      if (checked.has(folder)) continue;
      if (!checkPrivateDirectory(folder, optionsFor(folder))) break;
      checked.add(folder);
    }
    return true;
  }

  function optionsFor(folder: string): PrivateDirectoryOptions {
    return {
      link: folder === vaultDirectory(host),
      warn: tighten ? (message) => out.warning(message) : undefined,
    };
  }

  function read(path: string): Uint8Array | undefined {
    return isOurs(path) ? readPrivate(path, tighten) : systemFiles.read(path);
  }

  function stage(path: string, bytes: Uint8Array | string, options?: ReplaceOptions): Staged {
    const folder = paths().dirname(path);
    ensure(folder);
    const previous = lstatIfThere(path);
    if (previous?.isSymbolicLink() === true) throw linked(path);
    if (previous !== undefined && !previous.isFile()) throw notRegular(path);
    const temporary = paths().join(folder, temporaryName(paths().basename(path)));
    const staged = attemptWrite(
      path,
      () => stageFile(temporary, bytes, { mode: FILE_MODE, ...options }),
      'keystore',
    );
    return {
      path: temporary,
      commit() {
        attemptWrite(path, () => staged.commit(path), 'keystore');
        removeStaleTemporaryFiles(folder, Date.now());
      },
      discard: () => staged.discard(),
    };
  }

  function ensure(folder: string): void {
    const vault = vaultDirectory(host);
    if (vault !== undefined && isOurs(folder)) ensurePrivateDirectory(vault, optionsFor(vault));
    ensurePrivateDirectory(folder, optionsFor(folder));
  }

  return {
    read,
    readText(path) {
      const bytes = read(path);
      return bytes && Buffer.from(bytes).toString('utf8');
    },
    stat(path) {
      if (!isOurs(path)) return systemFiles.stat(path);
      const found = lstatIfThere(path);
      if (found?.isSymbolicLink() === true) throw linked(path);
      return found && describe(found);
    },
    list(path) {
      // Listing follows a link in place of the folder, so the folder itself is checked too.
      isOurs(`${path}/`);
      return systemFiles.list(path);
    },
    replace(path, bytes, options) {
      if (!isOurs(path)) return systemFiles.replace(path, bytes, options);
      stage(path, bytes, options).commit();
      return true;
    },
    stage: (path, bytes) => stage(path, bytes),
    dropStaged(folder, basename) {
      if (!isOurs(`${folder}/`)) return;
      for (const name of systemFiles.list(folder)) {
        if (isTemporaryName(name, basename)) systemFiles.remove(`${folder}/${name}`);
      }
    },
    createIfAbsent: (path) => systemFiles.createIfAbsent(path),
    followLinks: (path) => systemFiles.followLinks(path),
    remove(path) {
      isOurs(path);
      return systemFiles.remove(path);
    },
    removeFolder(path) {
      if (!isOurs(path)) return;
      try {
        fs().rmSync(path, { recursive: true, force: true });
      } catch (error) {
        throw new CliError('keystore', `cannot remove ${path}: ${explainError(error)}`, { cause: error });
      }
    },
    leaveModes() {
      tighten = false;
    },
    ensurePrivateDirectory: ensure,
  };
}

/** The vault's folder; undefined if it needs a home folder and there is none. */
function vaultDirectory(host: Pick<Host, 'vaultDirectory'>): string | undefined {
  try {
    return host.vaultDirectory;
  } catch {
    return undefined;
  }
}

function readPrivate(path: string, tighten: boolean): Uint8Array | undefined {
  try {
    const descriptor = openPrivateFile(path, fs().constants.O_RDONLY, { tighten });
    try {
      return fs().readFileSync(descriptor);
    } finally {
      fs().closeSync(descriptor);
    }
  } catch (error) {
    if (isCliError(error)) throw error;
    return absentOr(path, error, 'keystore');
  }
}

function lstatIfThere(path: string): Stats | undefined {
  try {
    return fs().lstatSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new CliError('keystore', `cannot access ${path}: ${explainError(error)}`, { cause: error });
  }
}
