/** The Linux kernel's user keyring. Where it cannot be reached, reads return undefined and stores false. */
export interface KernelKeyring {
  read(description: string): Promise<Uint8Array | undefined>;
  /** Stores a key for `timeoutSeconds`; returns false if the kernel refuses. */
  store(description: string, bytes: Uint8Array, timeoutSeconds: number): Promise<boolean>;
  drop(description: string): Promise<void>;
  /** The descriptions that begin with `prefix`. */
  names(prefix: string): Promise<readonly string[]>;
}

export type BackendName = 'keyring' | 'file' | 'pass';

export interface OpenOptions {
  /** True if the index lists items in it: a missing backend is then an error, which proposes no other backend. */
  readonly holdsItems?: boolean;
  /** Asks nothing, not even by a dialog of the backend's own: a locked backend is an error. */
  readonly unattended?: boolean;
}

/**
 * A backend: a map from item names to secret texts. Every method throws CliError `keystore`, mostly with code
 * `absent`, `locked`, `denied`, `timeout`, `wrong-passphrase`, `prompt-impossible` or `damaged`, and `interrupted` if
 * the user cancels a prompt. A missing item is undefined, never an error.
 */
export interface KeyStore {
  readonly name: BackendName;
  read(item: string): Promise<string | undefined>;
  write(item: string, value: string): Promise<void>;
  /** Returns false if there is no such item. */
  remove(item: string): Promise<boolean>;
  /**
   * Moves an item to another name and replaces the item there; does nothing if there is no such item. Only for a
   * backend that may keep deleted secrets (KeePassXC does): it deletes no secret that is in use. Throws code `denied`
   * if it cannot.
   */
  rename?(from: string, to: string): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Asks for a new passphrase and encrypts everything with it. Only for a backend with a passphrase of its own. */
  changePassphrase?(): Promise<void>;
}
