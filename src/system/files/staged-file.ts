import type { Stats } from 'node:fs';
import { fs, path as paths } from '../lazy-builtins.ts';
import { noFollow } from './private-file.ts';

const TEMPORARY_NAME = /^\.ccvault-(?:(.+)-)?[0-9a-f]{16}\.tmp$/;

/** A file that is written and synced beside the one it is to replace. */
export interface StagedFile {
  /** Takes the place of `target`, in the same folder, in one step, and syncs the folder. */
  commit(target: string): void;
  discard(): void;
}

export interface StageOptions {
  readonly mode: number;
  /** The file whose owner it gets, if we may give files away. */
  readonly owner?: Stats | undefined;
  /** False: the disk is not waited for. */
  readonly durable?: boolean | undefined;
}

/** Writes a new file, never one that is there, and syncs it. Throws the system's error, with nothing left behind. */
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
      // The umask may have cut bits that the file had before; nothing is added that `mode` does not have.
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

/** An unpredictable name for a file staged beside others; `basename` is the file it is to replace. */
export function temporaryName(basename?: string): string {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');
  return `.ccvault-${basename === undefined ? '' : `${basename}-`}${random}.tmp`;
}

/** Whether a staged file may have this name; with `basename`, one for this file. */
export function isTemporaryName(name: string, basename?: string): boolean {
  const found = TEMPORARY_NAME.exec(name);
  return found !== null && (basename === undefined || found[1] === basename);
}

/**
 * The new bytes are in place by now, so a failure here (Windows and some network file systems cannot sync a folder) must
 * not be reported as "nothing was written".
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
    // Only root may give files away; the file is then ours, with the same mode.
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) {
    offset += fs().writeSync(descriptor, bytes, offset, bytes.length - offset);
  }
}
