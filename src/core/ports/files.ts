export interface FileStat {
  readonly size: number;
  readonly mode: number;
  readonly modifiedAt: number;
  /** Whether it belongs to this user; always on Windows, which keeps no owner of this kind. */
  readonly isOurs: boolean;
}

export interface ReplaceOptions {
  /** For a new file. */
  readonly mode: number;
  /** What the file must hold at the last moment, null for no file; where it holds anything else it is left alone. */
  readonly expected?: Uint8Array | null;
  /** False: the disk is not waited for. */
  readonly durable?: boolean;
}

/**
 * Files, synchronously: they are small, local and on the path where every millisecond counts. What cannot be read or
 * written throws a CliError that names path and reason: `keystore` in the vault's folder, `config` anywhere else.
 */
export interface UserFiles {
  /** Undefined when there is no such file. */
  read(path: string): Uint8Array | undefined;
  readText(path: string): string | undefined;
  stat(path: string): FileStat | undefined;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): readonly string[];
  /**
   * Replaces a file in one step: a new file beside it, written, synced, renamed, folder synced. Follows a symlink to
   * its target; an existing file keeps its mode. Missing folders are made (0700). False, with nothing done, where the
   * file is not as expected. Where it throws, the old bytes are in place.
   */
  replace(path: string, bytes: Uint8Array | string, options: ReplaceOptions): boolean;
  /**
   * Creates an empty file in one step, as git takes its locks; false if something exists there. Missing
   * folders are made (0700).
   */
  createIfAbsent(path: string): boolean;
  /** The path at the end of a chain of symlinks, there or not; throws CliError for an endless one. */
  followLinks(path: string): string;
  /** True when there was something to remove; throws CliError `failure` naming the path when it cannot be. */
  remove(path: string): boolean;
}

/** A new version of a file, beside the one in use. */
export interface Staged {
  readonly path: string;
  /** Takes the other one's place in one step. */
  commit(): void;
  discard(): void;
}

/**
 * All files. Those in the vault's folder are ours alone: no symlink is followed, a file is made 0600 (`replace`: with the
 * mode asked for) and a looser one tightened; CliError `keystore` with code `not-ours` where the folder or the file
 * belongs to another user, is a symlink, or is where others may write.
 */
export interface Files extends UserFiles {
  /** Writes and syncs a new version of a file in the vault's folder. */
  stage(path: string, bytes: Uint8Array | string): Staged;
  /** Removes what killed processes staged in a folder of the vault's, for one file (whose lock we hold) or for all. */
  dropStaged(folder: string, basename?: string): void;
  /** From now on no mode is tightened: for a command that only looks. */
  leaveModes(): void;
  /** Makes a private folder (0700, owned by us) or throws CliError `keystore` saying what is wrong. */
  ensurePrivateDirectory(path: string): void;
}
