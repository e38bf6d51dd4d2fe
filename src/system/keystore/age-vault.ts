import { commandLine } from '../../core/command-line.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import type { Staged } from '../../core/ports/files.ts';
import type { KeyStore } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';
import type { Secret } from '../../core/secret.ts';
import { AgeError, createFileKey, decryptWith, encryptWith, unlock } from './age-cipher.ts';
import type { FileKey } from './age-cipher.ts';
import { explainError } from '../system-errors.ts';
import { formatVault, parseVault } from './vault-content.ts';
import type { VaultItems } from './vault-content.ts';
import {
  askNewPassphrase,
  askPassphrase,
  newVaultPassphrase,
  unattendedPassphrase,
} from './vault-passphrase.ts';

export type AgeVaultSystem = Pick<
  System,
  'env' | 'files' | 'locks' | 'terminal' | 'programs' | 'host' | 'out'
>;

export interface AgeVault extends KeyStore {
  /** Asks for a new passphrase and encrypts the vault with it, after unlocking with the old one. */
  changePassphrase(): Promise<void>;
}

/** The version of the file that this process decrypted last. */
interface Opened {
  readonly sealed: Uint8Array;
  readonly items: VaultItems;
  readonly fileKey: FileKey;
}

const FILE_NAME = 'vault.age';
const BACKUP_NAME = `${FILE_NAME}.bak`;
const FILE_MODE = 0o600;

/**
 * The file backend: `vault.age` in the vault's folder, an age file with a passphrase. A process asks for the
 * passphrase and derives the key once. Nothing happens before the first use, and reading never creates a file.
 * Methods throw CliError `keystore` with code `absent`, `wrong-passphrase`, `damaged`, `prompt-impossible`, `denied`
 * or `not-ours`.
 */
export function openAgeVault(system: AgeVaultSystem): AgeVault {
  const vault = new VaultFile(system);
  return {
    name: 'file',
    read: async (item) => (await vault.open())?.items.get(item),
    list: async () => [...((await vault.open())?.items.keys() ?? [])].sort(),
    async write(item, value) {
      await vault.change((items) => new Map(items).set(item, value));
    },
    async remove(item) {
      if ((await vault.open())?.items.has(item) !== true) return false;
      let removed = false;
      await vault.change((items) => {
        const rest = new Map(items);
        removed = rest.delete(item);
        return rest;
      });
      return removed;
    },
    changePassphrase: () => vault.changePassphrase(),
  };
}

class VaultFile {
  readonly #system: AgeVaultSystem;
  readonly #path: string;
  #opened: Opened | undefined;
  // Calls in this process take turns, so that concurrent ones ask for the passphrase once.
  #turn: Promise<unknown> = Promise.resolve();

  constructor(system: AgeVaultSystem) {
    this.#system = system;
    this.#path = `${system.host.vaultDirectory}/${FILE_NAME}`;
  }

  /** The current vault; undefined if there is none. */
  open(): Promise<Opened | undefined> {
    return this.#inTurn(() => this.#load());
  }

  /** Writes the items that `edit` returns. Creates the vault if there is none. */
  change(edit: (items: VaultItems) => VaultItems): Promise<void> {
    return this.#inTurn(async () => {
      // Prompts come before the lock, so that no other process waits for one.
      const before = await this.#load();
      const newKey = before === undefined ? await this.#createKey() : undefined;
      await this.#system.locks.withLock('vault', { purpose: 'changing the vault' }, async () => {
        const current = await this.#load(newKey?.passphrase);
        const fileKey = current?.fileKey ?? newKey ?? (await this.#createKey());
        await this.#save(current, { items: edit(current?.items ?? new Map()), fileKey });
      });
    });
  }

  changePassphrase(): Promise<void> {
    return this.#inTurn(async () => {
      if ((await this.#load()) === undefined) {
        throw new CliError('keystore', `there is no vault at ${this.#path}`, {
          code: 'absent',
          hints: ['create one with: ccvault --backend file add PROFILE'],
        });
      }
      const fileKey = await createFileKey(await askNewPassphrase(this.#system, this.#path));
      await this.#system.locks.withLock('vault', { purpose: 'changing the passphrase' }, async () => {
        const current = await this.#load();
        await this.#save(current, { items: current?.items ?? new Map(), fileKey });
      });
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return await turn;
  }

  async #load(passphrase?: Secret): Promise<Opened | undefined> {
    const sealed = this.#system.files.read(this.#path);
    if (sealed === undefined) return undefined;
    if (this.#opened !== undefined && Buffer.compare(this.#opened.sealed, sealed) === 0) return this.#opened;
    const opened = await this.#decrypt(sealed, passphrase);
    this.#opened = opened;
    this.#dropBackup();
    return opened;
  }

  async #decrypt(sealed: Uint8Array, passphrase: Secret | undefined): Promise<Opened> {
    const known = this.#opened?.fileKey;
    try {
      const plain = known && (await decryptWith(known, sealed));
      if (known !== undefined && plain !== undefined) return this.#openedAs(sealed, known, plain);
      // Another process has written the file with another key. The passphrase may still be the one that is known
      // here.
      const remembered = passphrase ?? known?.passphrase;
      const opened = remembered && (await this.#tryPassphrase(sealed, remembered));
      if (opened !== undefined) return opened;

      const unattended = await unattendedPassphrase(this.#system);
      if (unattended === undefined) {
        if (
          this.#system.host.runtime === 'node' &&
          (await this.#system.terminal.unavailable()) === undefined
        ) {
          this.#system.out.info(
            'the npm build cannot keep the vault unlocked and asks every time; the standalone build asks once',
          );
        }
        const accept = (given: Secret): Promise<Opened | undefined> => this.#tryPassphrase(sealed, given);
        return await askPassphrase(this.#system, this.#path, accept, () => this.#wrongPassphraseError());
      }
      const openedUnattended = await this.#tryPassphrase(sealed, unattended.passphrase);
      if (openedUnattended === undefined)
        throw this.#wrongPassphraseError(`the passphrase comes from ${unattended.from}`);
      return openedUnattended;
    } catch (error) {
      throw error instanceof AgeError ? this.#damagedError(sealed, error) : error;
    }
  }

  /** Decrypts the file; undefined for a wrong passphrase. Throws AgeError for a file that no passphrase decrypts. */
  async #tryPassphrase(sealed: Uint8Array, passphrase: Secret): Promise<Opened | undefined> {
    try {
      const { fileKey, plain } = await unlock(sealed, passphrase);
      return this.#openedAs(sealed, fileKey, plain);
    } catch (error) {
      if (error instanceof AgeError && error.refusal === 'wrong-passphrase') return undefined;
      throw error;
    }
  }

  #openedAs(sealed: Uint8Array, fileKey: FileKey, plain: string): Opened {
    const items = parseVault(plain);
    if (items === undefined) throw new AgeError('damaged', 'it does not hold a vault of version 1');
    return { sealed, fileKey, items };
  }

  async #createKey(): Promise<FileKey> {
    return createFileKey(await newVaultPassphrase(this.#system, this.#path));
  }

  /**
   * Writes the new version. It replaces the old one only after it has been written beside it, synced, read back and
   * decrypted, so that one of the two always exists. The old one stays as `.bak` unless it contains a secret, or has
   * a passphrase, that must be gone. Throws CliError `keystore`; the old version is then in place.
   */
  async #save(before: Opened | undefined, after: { items: VaultItems; fileKey: FileKey }): Promise<void> {
    const { files, host } = this.#system;
    const plain = formatVault(after.items);
    const sealed = await encryptWith(after.fileKey, plain);
    let fresh: Staged | undefined;
    try {
      // A run that was killed may have left the next version of the vault or the copy of the one before.
      for (const name of [FILE_NAME, BACKUP_NAME]) files.dropStaged(host.vaultDirectory, name);
      fresh = files.stage(this.#path, sealed);
      const written = files.read(fresh.path);
      if (written === undefined || (await decryptWith(after.fileKey, written)) !== plain) {
        throw new Error('the file system returned other bytes than were written');
      }
      if (before !== undefined && losesSomething(before, after)) files.remove(this.#backupPath);
      else if (before !== undefined) files.replace(this.#backupPath, before.sealed, { mode: FILE_MODE });
      fresh.commit();
    } catch (error) {
      fresh?.discard();
      if (isCliError(error) && error.code === 'not-ours') throw error;
      const message = isCliError(error)
        ? error.message
        : `cannot write ${this.#path}: ${explainError(error)}`;
      throw new CliError('keystore', message, { hints: ['the vault is as it was before'], cause: error });
    }
    this.#opened = { sealed, ...after };
  }

  get #backupPath(): string {
    return `${this.#system.host.vaultDirectory}/${BACKUP_NAME}`;
  }

  #dropBackup(): void {
    this.#tryRemove(this.#backupPath);
  }

  #tryRemove(path: string): void {
    try {
      this.#system.files.remove(path);
    } catch {
      // The folder is not writable: the backup stays until the next time.
    }
  }

  #wrongPassphraseError(...hints: readonly string[]): CliError {
    return new CliError('keystore', `wrong passphrase or damaged vault: ${this.#path}`, {
      code: 'wrong-passphrase',
      hints: [...hints, ...this.#rescueHints()],
    });
  }

  #damagedError(sealed: Uint8Array, error: AgeError): CliError {
    const message = `damaged vault: ${this.#path} (${sealed.length} bytes): ${error.message}`;
    return new CliError('keystore', message, { code: 'damaged', hints: this.#rescueHints(), cause: error });
  }

  #rescueHints(): readonly string[] {
    const open = `to open it without ccvault: ${commandLine('age', '-d', this.#path)}`;
    if (this.#system.files.stat(this.#backupPath) === undefined) return [open];
    return [open, `the version before it: ${commandLine('age', '-d', this.#backupPath)}`];
  }
}

/** Whether the old version contains a secret, or has a passphrase, that the new one does not. */
function losesSomething(before: Opened, after: { items: VaultItems; fileKey: FileKey }): boolean {
  if (before.fileKey !== after.fileKey) return true;
  return [...before.items].some(([item, value]) => after.items.get(item) !== value);
}
