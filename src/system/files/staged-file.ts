import type { Stats } from 'node:fs';
import { fs, path as paths } from '../lazy-builtins.ts';
import { noFollow } from './private-file.ts';

const TEMPORARY_NAME = /^\.ccvault-(?:(.+)-)?[0-9a-f]{16}\.tmp$/;

/** A file that is written beside the one that it will replace. */
export interface StagedFile {
  /**
   * Replaces `target`, in the same folder, in one step and syncs the folder. Throws the system's error, with the file
   * removed.
   */
  commit(target: string): void;
  /** Removes the file. */
  discard(): void;
}

export interface StageOptions {
  /** The permission bits of the file, whatever the umask. */
  readonly mode: number;
  /** The file whose owner and group the new one gets, if this user may change them. */
  readonly owner?: Stats | undefined;
  /** False skips fsync of the file and the folder. */
  readonly durable?: boolean | undefined;
}

/**
 * Writes and syncs a new file; fails if `path` exists. Throws the system's error, and leaves no file behind then.
 */
export function stageFile(
  path: string,
  bytes: Uint8Array | string,
  { mode, owner, durable = true }: StageOptions,
): StagedFile {
  const { constants } = fs();
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow();
  const descriptor = fs().openSync(path, flags, mode);
  try {
    try {
      if (owner !== undefined) keepOwner(descriptor, owner);
      // The umask may have removed bits of `mode`.
      if ((fs().fstatSync(descriptor).mode & 0o7777) !== mode) fs().fchmodSync(descriptor, mode);
      writeAll(descriptor, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      if (durable) fs().fsyncSync(descriptor);
    } finally {
      fs().closeSync(descriptor);
    }
  } catch (error) {
    discard();
    throw error;
  }
  return {
    commit(target) {
      try {
        fs().renameSync(path, target);
      } catch (error) {
        discard();
        throw error;
      }
      if (durable) syncDirectory(paths().dirname(target));
    },
    discard,
  };

  function discard(): void {
    fs().rmSync(path, { force: true });
  }
}

/** An unpredictable name for a staged file; `basename`, where given, is the file that it will replace. */
export function temporaryName(basename?: string): string {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');
  return `.ccvault-${basename === undefined ? '' : `${basename}-`}${random}.tmp`;
}

/** Whether `temporaryName` may have made a name; with `basename`, for that file. */
export function isTemporaryName(name: string, basename?: string): boolean {
  const found = TEMPORARY_NAME.exec(name);
  return found !== null && (basename === undefined || found[1] === basename);
}

/**
 * Syncs a folder. Errors are ignored: the new bytes are in place, and Windows and some network file systems cannot
 * sync a folder.
 */
function syncDirectory(directory: string): void {
  try {
    const descriptor = fs().openSync(directory, fs().constants.O_RDONLY);
    try {
      fs().fsyncSync(descriptor);
    } finally {
      fs().closeSync(descriptor);
    }
  } catch {}
}

function keepOwner(descriptor: number, previous: Stats): void {
  const ours = fs().fstatSync(descriptor);
  if (ours.uid === previous.uid && ours.gid === previous.gid) return;
  try {
    fs().fchownSync(descriptor, previous.uid, previous.gid);
  } catch {
    // Only root may change the owner; the file then belongs to this user, with the same mode.
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) {
    offset += fs().writeSync(descriptor, bytes, offset, bytes.length - offset);
  }
}
