import { parseDuration } from '../../core/aws/durations.ts';
import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { updateIndex } from '../keys/index-file.ts';
import { shareFailure } from '../mfa.ts';
import type { Vault, VaultSystem } from '../keys/vault.ts';

const ITEM = 'session-key';
const KEY_BYTES = 32;
const DEFAULT_TTL_SECONDS = 43_200;

export type SessionKeySystem = VaultSystem & Pick<System, 'kernelKeyring'>;

/**
 * The key that session files are sealed with: one item of the backend, kept in the kernel's user keyring between
 * runs so that a cached session needs no D-Bus, passphrase or dialog.
 */
export class SessionKey {
  readonly #system: SessionKeySystem;
  readonly #vault: Vault;
  #key: Promise<Uint8Array | undefined> | undefined;

  constructor(system: SessionKeySystem, vault: Vault) {
    this.#system = system;
    this.#vault = vault;
  }

  /** The key for reading; undefined when none was ever made. Throws what the backend throws. */
  async get(): Promise<Uint8Array | undefined> {
    this.#key ??= this.#find();
    return this.#key;
  }

  /** The key for writing, made when there is none. */
  async getOrMake(): Promise<Uint8Array> {
    const found = await this.get();
    if (found !== undefined) return found;
    const made = await this.#make();
    this.#key = Promise.resolve(made);
    return made;
  }

  /** Drops the kernel's copy, so that the next run asks the backend. */
  async lock(): Promise<void> {
    await this.#system.kernelKeyring.drop(await this.#description());
    this.#key = undefined;
  }

  async #find(): Promise<Uint8Array | undefined> {
    const description = await this.#description();
    const ttl = this.#ttlSeconds();
    const unlocked = ttl === 0 ? undefined : await this.#system.kernelKeyring.read(description);
    if (unlocked?.length === KEY_BYTES) return unlocked;
    const backend = await this.#vault.backendName();
    if (backend === undefined) return undefined;
    // An unlocked keyring asks nobody, and a locked one has its own dialog: the lock would cost more than the read.
    if (backend === 'keyring') return this.#fromBackend(description, ttl);
    return this.#system.locks.withLock('unlock', { purpose: 'unlocking the vault' }, async (lock) => {
      if (lock.failure !== undefined) throw new CliError(lock.failure.kind, lock.failure.message);
      const meanwhile =
        lock.waited && ttl > 0 ? await this.#system.kernelKeyring.read(description) : undefined;
      if (meanwhile?.length === KEY_BYTES) return meanwhile;
      try {
        return await this.#fromBackend(description, ttl);
      } catch (error) {
        shareFailure(error, lock);
        throw error;
      }
    });
  }

  async #fromBackend(description: string, ttl: number): Promise<Uint8Array | undefined> {
    const text = await (await this.#vault.store()).read(ITEM);
    const key = text === undefined ? undefined : fromBase64(text);
    if (key?.length !== KEY_BYTES) return undefined;
    await this.#keepUnlocked(description, key, ttl);
    return key;
  }

  async #make(): Promise<Uint8Array> {
    const store = await this.#vault.store();
    return this.#system.locks.withLock('session-key', { purpose: 'making the session key' }, async () => {
      const existing = await store.read(ITEM);
      const found = existing === undefined ? undefined : fromBase64(existing);
      const key = found?.length === KEY_BYTES ? found : this.#system.crypto.randomBytes(KEY_BYTES);
      if (key !== found) await store.write(ITEM, toBase64(key));
      // The vault id that the kernel's copy is filed under must be there for the next process.
      await updateIndex(this.#system, await this.#vault.index(), (index) => index);
      await this.#keepUnlocked(await this.#description(), key, this.#ttlSeconds());
      return key;
    });
  }

  async #keepUnlocked(description: string, key: Uint8Array, ttl: number): Promise<void> {
    if (ttl > 0) await this.#system.kernelKeyring.store(description, key, ttl);
  }

  async #description(): Promise<string> {
    return `ccvault:${(await this.#vault.index()).vaultId}`;
  }

  #ttlSeconds(): number {
    const text = this.#system.env['CCVAULT_UNLOCK_TTL'];
    if (text === undefined || text === '') return DEFAULT_TTL_SECONDS;
    try {
      return parseDuration(text);
    } catch {
      throw new CliError('usage', `CCVAULT_UNLOCK_TTL is not a duration: ${text}`, {
        hints: ['write 15m, 1h30m or seconds; 0 keeps nothing unlocked'],
      });
    }
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
