export interface FileStat {
  /** Bytes. */
  readonly size: number;
  /** Permission bits, as for chmod(2). */
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** True if it belongs to this user; always true on Windows, which has no such owner. */
  readonly isOurs: boolean;
}

export interface ReplaceOptions {
  /** The mode of a new file. */
  readonly mode: number;
  /** The bytes that a file must have right before it is replaced, null for no file. Ignored in the vault's folder. */
  readonly expected?: Uint8Array | null;
  /** False to skip the wait for the disk (fsync). */
  readonly durable?: boolean;
}

/**
 * Synchronous access to files, which are small, local and on the path where each millisecond counts. A failure is a
 * CliError that names path and reason: `keystore` for a file read or written in the vault's folder, else `config`.
 */
export interface UserFiles {
  /** Undefined if there is no such file. */
  read(path: string): Uint8Array | undefined;
  /** As UTF-8; undefined if there is no such file. */
  readText(path: string): string | undefined;
  /** Undefined if there is no such file. */
  stat(path: string): FileStat | undefined;
  /** The names in a folder, sorted; empty if there is no such folder. */
  list(path: string): readonly string[];
  /**
   * Replaces a file atomically: writes and syncs a new file beside it, renames it, syncs the folder. Follows symlinks
   * to the target; an existing file keeps its mode and, where possible, its owner. Makes missing folders (0700).
   * Returns false, with nothing changed, if the file is not as expected. If it throws, the old bytes are in place.
   */
  replace(path: string, bytes: Uint8Array | string, options: ReplaceOptions): boolean;
  /**
   * Creates an empty file atomically (0600), as git takes its locks; returns false if something exists there. Makes
   * missing folders (0700).
   */
  createIfAbsent(path: string): boolean;
  /** The path at the end of a chain of symlinks, whether or not it exists. Throws CliError `config` for a loop. */
  followLinks(path: string): string;
  /** Removes a file; returns false if there is none. Throws CliError `failure` naming the path if it cannot. */
  remove(path: string): boolean;
}

/** A new version of a file, written beside the one in use. */
export interface Staged {
  readonly path: string;
  /** Replaces the version in use atomically. */
  commit(): void;
  discard(): void;
}

/**
 * All files. In the vault's folder no symlink is followed, a new file gets mode 0600 (`replace`: the mode of the
 * options), and a file that is read and open to others is closed to them. Throws CliError `keystore` with code
 * `not-ours` if a file or folder there belongs to another user, is a symlink, or is below a folder in which others
 * may write.
 */
export interface Files extends UserFiles {
  /** Writes and syncs a new version of a file in the vault's folder. */
  stage(path: string, bytes: Uint8Array | string): Staged;
  /** Removes what killed processes staged in a folder of the vault, for one file (hold its lock) or for all. */
  dropStaged(folder: string, basename?: string): void;
  /** Removes a folder in the vault's folder with all that is in it, links as links. Throws CliError `keystore`. */
  removeFolder(path: string): void;
  /** Leaves all modes as they are from now on: for a command that only inspects. */
  leaveModes(): void;
  /** Makes a private folder (0700), or checks and closes the one that exists. Throws CliError `keystore`. */
  ensurePrivateDirectory(path: string): void;
}
