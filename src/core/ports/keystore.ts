/** The Linux kernel's user keyring, where it can be reached; elsewhere every read gives undefined. */
export interface KernelKeyring {
  read(description: string): Promise<Uint8Array | undefined>;
  /** False where the kernel refuses. */
  store(description: string, bytes: Uint8Array, timeoutSeconds: number): Promise<boolean>;
  drop(description: string): Promise<void>;
  /** The descriptions that begin so. */
  names(prefix: string): Promise<readonly string[]>;
}

export type BackendName = 'keyring' | 'file' | 'pass';

export interface OpenOptions {
  /** The index tells of items there: not finding the place is an error, and no other place is proposed. */
  readonly holdsItems?: boolean;
  /** Nobody is asked, not even by a dialog of the place's own: a locked one is an error. */
  readonly unattended?: boolean;
}

/**
 * A place for secrets: a map from item name to text. Every method throws CliError `keystore` with code
 * `absent`, `locked`, `denied`, `timeout`, `wrong-passphrase` or `damaged`; a missing item is undefined, never an error.
 */
export interface KeyStore {
  readonly name: BackendName;
  read(item: string): Promise<string | undefined>;
  write(item: string, value: string): Promise<void>;
  /** True when there was one. */
  remove(item: string): Promise<boolean>;
  /**
   * Only where what is deleted may be kept: an item takes another name, and the place of the item that had it, so that
   * its secret is deleted nowhere. Does nothing where there is no such item.
   */
  rename?(from: string, to: string): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Only for a backend under a passphrase of ccvault's own: asks for a new one and seals everything again. */
  changePassphrase?(): Promise<void>;
}
