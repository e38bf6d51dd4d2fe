import { parseDuration } from '../../core/aws/durations.ts';
import { fromBase64, toBase64 } from '../../core/bytes.ts';
import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { updateIndex } from '../keys/index-file.ts';
import { singleFlight } from '../single-flight.ts';
import type { Vault, VaultSystem } from '../keys/vault.ts';

const ITEM = 'session-key';
// Begins the description of the kernel's copy; the vault id follows.
const PREFIX = 'ccvault:';
const KEY_BYTES = 32;
const DEFAULT_TTL_SECONDS = 43_200;

export type SessionKeySystem = VaultSystem & Pick<System, 'kernelKeyring' | 'readyAnswers'>;

/**
 * The key that seals session files: one item of the backend, kept in the kernel's user keyring between runs so that a
 * cached session needs no D-Bus, passphrase or dialog.
 */
export class SessionKey {
  readonly #system: SessionKeySystem;
  readonly #vault: Vault;
  #key: Promise<Uint8Array | undefined> | undefined;

  constructor(system: SessionKeySystem, vault: Vault) {
    this.#system = system;
    this.#vault = vault;
  }

  /** The key for reading; undefined when there is none yet. Throws what the backend throws. */
  async get(): Promise<Uint8Array | undefined> {
    this.#key ??= this.#find();
    return this.#key;
  }

  /** The key for writing; creates it if there is none. */
  async getOrMake(): Promise<Uint8Array> {
    const found = await this.get();
    if (found !== undefined) return found;
    const made = await this.#make();
    this.#key = Promise.resolve(made);
    return made;
  }

  /** The description of the kernel's copy; undefined where CCVAULT_UNLOCK_TTL is 0. */
  async kernelName(): Promise<string | undefined> {
    return this.#ttlSeconds() === 0 ? undefined : this.#description();
  }

  /** Drops the kernel's copy and the ready answers beside it, so that the next run asks the backend. */
  async lock(): Promise<void> {
    this.forgetAnswers();
    const { kernelKeyring } = this.#system;
    await kernelKeyring.drop(await this.#description());
    // If the index was lost, the vault id of an older copy is unknown; the copy still carries the folder.
    for (const name of await kernelKeyring.names(PREFIX)) {
      const copy = await kernelKeyring.read(name);
      if (copy !== undefined && this.#isOfThisVault(copy)) await kernelKeyring.drop(name);
    }
    this.#key = undefined;
  }

  /** Drops the ready answers beside the kernel's copy: they may come from a session that was removed. */
  forgetAnswers(): void {
    this.#system.readyAnswers()?.clear();
  }

  async #find(): Promise<Uint8Array | undefined> {
    const description = await this.#description();
    const ttl = this.#ttlSeconds();
    const unlocked = await this.#unlocked(description, ttl);
    this.#system.out.debug(() => `session key in the kernel: ${unlocked === undefined ? 'no' : 'yes'}`);
    if (unlocked !== undefined) return unlocked;
    const backend = await this.#vault.backendName();
    if (backend === undefined) return undefined;
    // An unlocked keyring prompts nobody and a locked one shows its own dialog: a lock would cost more than the read.
    if (backend === 'keyring') return this.#fromBackend(description, ttl);
    return singleFlight(this.#system.locks, {
      name: 'unlock',
      purpose: 'unlocking the vault',
      find: () => this.#unlocked(description, ttl),
      make: () => this.#fromBackend(description, ttl),
    });
  }

  async #unlocked(description: string, ttl: number): Promise<Uint8Array | undefined> {
    const key = ttl === 0 ? undefined : await this.#system.kernelKeyring.read(description);
    return key === undefined || key.length < KEY_BYTES ? undefined : key.subarray(0, KEY_BYTES);
  }

  async #fromBackend(description: string, ttl: number): Promise<Uint8Array | undefined> {
    const key = await this.#stored();
    if (key !== undefined) await this.#keepUnlocked(description, key, ttl);
    return key;
  }

  async #stored(): Promise<Uint8Array | undefined> {
    const text = await (await this.#vault.store()).read(ITEM);
    const key = text === undefined ? undefined : fromBase64(text);
    return key?.length === KEY_BYTES ? key : undefined;
  }

  async #make(): Promise<Uint8Array> {
    const key = await singleFlight(this.#system.locks, {
      name: 'session-key',
      purpose: 'making the session key',
      find: () => this.#stored(),
      make: async () => {
        const made = this.#system.crypto.randomBytes(KEY_BYTES);
        await (await this.#vault.store()).write(ITEM, toBase64(made));
        return made;
      },
    });
    // Writes the index though nothing in it changes: the next process needs the vault id to find the kernel's copy.
    await updateIndex(this.#system, await this.#vault.index(), (index) => index);
    await this.#keepUnlocked(await this.#description(), key, this.#ttlSeconds());
    return key;
  }

  async #keepUnlocked(description: string, key: Uint8Array, ttl: number): Promise<void> {
    if (ttl === 0) return;
    const { kernelKeyring, host } = this.#system;
    // The folder after the key tells this vault's copies from those of other vaults.
    const copy = Uint8Array.of(...key, ...new TextEncoder().encode(host.vaultDirectory));
    await kernelKeyring.store(description, copy, ttl);
  }

  #isOfThisVault(copy: Uint8Array): boolean {
    return new TextDecoder().decode(copy.subarray(KEY_BYTES)) === this.#system.host.vaultDirectory;
  }

  async #description(): Promise<string> {
    return `${PREFIX}${(await this.#vault.index()).vaultId}`;
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
