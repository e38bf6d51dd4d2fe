export interface FileStat {
  readonly size: number;
  readonly mode: number;
  readonly modifiedAt: number;
  /** Whether it belongs to this user; always on Windows, which keeps no owner of this kind. */
  readonly isOurs: boolean;
}

export interface ReplaceOptions {
  readonly mode: number;
  readonly forceMode?: boolean;
  readonly durable?: boolean;
  readonly ifStill?: Uint8Array | null;
}

/**
 * Files, synchronously: they are small, local and on the path where every millisecond counts. What cannot be read or
 * written throws a CliError that names path and reason: `keystore` in the vault's folder, `config` anywhere else.
 */
export interface Files {
  /** Undefined when there is no such file. */
  read(path: string): Uint8Array | undefined;
  readText(path: string): string | undefined;
  stat(path: string): FileStat | undefined;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): readonly string[];
  /**
   * Replaces a file in one step: a new file beside it, written, synced, renamed, folder synced. Follows a
   * symlink to its target. `mode` is for a new file; an existing file keeps its own unless `forceMode`. Missing
   * folders are made (0700). `durable: false` does not wait for the disk. `ifStill` is what the file must hold at the last
   * moment before, null for no file; throws CliError with code `changed` where it holds anything else. Where it throws,
   * the old bytes are in place.
   */
  replace(path: string, bytes: Uint8Array | string, options: ReplaceOptions): void;
  /**
   * Makes an empty file unless something is there, in one step, as git takes its locks: false when something is. Missing
   * folders are made (0700).
   */
  createIfAbsent(path: string): boolean;
  /** Moves a file over another one in the same folder in one step, and syncs the folder. Follows no symlink. */
  rename(from: string, to: string): void;
  /** The path at the end of a chain of symlinks, there or not; throws CliError for an endless one. */
  followLinks(path: string): string;
  /** True when there was something to remove; throws CliError `failure` naming the path when it cannot be. */
  remove(path: string): boolean;
  /** Makes a private folder (0700, owned by us, no symlink) or throws CliError `keystore` saying what is wrong. */
  ensurePrivateDirectory(path: string): void;
}
