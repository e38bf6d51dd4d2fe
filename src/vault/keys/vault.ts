import { toHex } from '../../core/bytes.ts';
import { ccvaultCommand } from '../../core/command-line.ts';
import type { StoredKeys } from '../../core/plan/chain.ts';
import { CliError, isCliError, messageOf } from '../../core/errors.ts';
import type { BackendName, KeyStore } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';
import type { Secret } from '../../core/secret.ts';
import { BACKEND_TEXT, backendFromEnv } from './backend-names.ts';
import {
  backendOfDamagedIndex,
  emptyIndex,
  indexPath,
  readIndex,
  storedKeysOf,
  updateIndex,
  withEntry,
  withoutEntry,
} from './index-file.ts';
import type { IndexEntry, VaultIndex } from './index-file.ts';
import {
  decodeKeyItem,
  encodeKeyItem,
  entryOf,
  keyItemName,
  pendingItemName,
  profileOfItem,
} from './key-item.ts';
import type { KeyItem } from './key-item.ts';

/** What the vault's folder may hold before the first key is stored. */
const WITHOUT_KEYS: ReadonlySet<string> = new Set(['locks', 'history.json']);

export type VaultSystem = Pick<
  System,
  'env' | 'files' | 'host' | 'locks' | 'crypto' | 'clock' | 'out' | 'terminal' | 'keyStore' | 'keyringAnswers'
>;

export interface NewKey {
  readonly profile: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly account?: string;
  readonly arn?: string;
  /** ISO 8601 UTC. */
  readonly createdAt?: string;
}

/** Long-lived keys: their secrets in one backend, the rest in the index. */
export class Vault {
  readonly #system: VaultSystem;
  readonly #named: BackendName | undefined;
  #index: VaultIndex | undefined;
  #store: Promise<KeyStore> | undefined;

  /** `named` is `--backend`; CCVAULT_BACKEND is read from the environment. */
  constructor(system: VaultSystem, named: BackendName | undefined) {
    this.#system = system;
    this.#named = named ?? backendFromEnv(system.env['CCVAULT_BACKEND']);
  }

  /**
   * The index; rebuilt from the backend when it is damaged, or missing while the vault has other files or a backend is
   * named. Throws CliError `keystore` when that fails.
   */
  async index(): Promise<VaultIndex> {
    if (this.#index !== undefined) return this.#index;
    const found = readIndex(this.#system);
    if (found !== undefined && found !== 'damaged') {
      this.#index = found;
      return found;
    }
    const { vaultDirectory } = this.#system.host;
    const used = this.#system.files.list(vaultDirectory).some((name) => !WITHOUT_KEYS.has(name));
    this.#index =
      used || this.#named !== undefined
        ? await this.#rebuild({ damaged: found === 'damaged', used })
        : emptyIndex(this.#system);
    return this.#index;
  }

  async storedKeys(): Promise<StoredKeys> {
    return storedKeysOf(await this.index());
  }

  /** The backend in use: named, recorded, or undefined before the first key. */
  async backendName(): Promise<BackendName | undefined> {
    return this.#named ?? (await this.index()).backend;
  }

  /**
   * The backend, opened once. Without a choice yet it picks one, says so, and records it: the system keyring where
   * one is available, the encrypted file elsewhere.
   */
  async store(): Promise<KeyStore> {
    // The index first: rebuilding it opens the backend too, and inside `#open` would wait for itself.
    await this.index();
    this.#store ??= this.#open();
    return this.#store;
  }

  async #open(): Promise<KeyStore> {
    const chosen = await this.backendName();
    if (chosen !== undefined) return this.#openNamed(chosen);
    const picked: BackendName = (await this.#system.keyringAnswers()) ? 'keyring' : 'file';
    this.#system.out.info(
      picked === 'keyring'
        ? `keys are kept in ${BACKEND_TEXT.keyring}`
        : `no system keyring is available: keys are kept in ${BACKEND_TEXT.file} (--backend chooses)`,
    );
    const store = await this.#system.keyStore(picked, this.#system.terminal);
    await this.#update((index) => ({ ...index, backend: picked }));
    return store;
  }

  /** The keys in the index are in the backend that the index records, and in no other. */
  async #openNamed(backend: BackendName): Promise<KeyStore> {
    const recorded = await this.index();
    const holdsItems = recorded.backend === backend && recorded.keys.length > 0;
    this.#system.out.debug(() => `backend: ${backend}`);
    return this.#system.keyStore(backend, this.#system.terminal, { holdsItems });
  }

  /**
   * The stored key of a profile. Throws CliError `keystore`: code `missing` when the backend has no such key, another
   * when the backend cannot be opened or is not the one that holds the keys.
   */
  async read(profile: string): Promise<KeyItem> {
    const flag =
      this.#system.env['CCVAULT_BACKEND'] === this.#named ? 'unset CCVAULT_BACKEND' : 'leave --backend out';
    await this.#refuseOtherBackend(() => `${flag}: ccvault knows where the keys are`);
    const store = await this.store();
    const text = await store.read(keyItemName(profile));
    const item = text === undefined ? undefined : decodeKeyItem(text);
    if (item === undefined) {
      const what = text === undefined ? 'has no key' : 'holds something that is not a key';
      throw new CliError('keystore', `${BACKEND_TEXT[store.name]} ${what} for profile ${profile}`, {
        code: 'missing',
        hints: [`store it again with: ${ccvaultCommand('add', { operands: [profile] })}`],
      });
    }
    const listed = (await this.index()).keys.find((entry) => entry.profile === profile);
    // An interrupted write leaves the index out of date; the backend is authoritative.
    if (listed?.generation !== item.generation)
      await this.#update((index) => withEntry(index, entryOf(item)));
    return item;
  }

  /**
   * Replaces the profile's key: writes the secret, reads it back, then updates the index. Throws CliError `keystore`
   * when the backend did not keep the key or is not the one that holds the others.
   */
  async write(key: NewKey): Promise<KeyItem> {
    this.#system.files.ensurePrivateDirectory(this.#system.host.vaultDirectory);
    await this.#refuseSecondBackend();
    const store = await this.store();
    const item: KeyItem = {
      ...key,
      generation: toHex(this.#system.crypto.randomBytes(8)),
      storedAt: new Date(this.#system.clock.now()).toISOString(),
    };
    const text = encodeKeyItem(item);
    await store.write(keyItemName(key.profile), text);
    if ((await store.read(keyItemName(key.profile))) !== text) {
      throw new CliError(
        'keystore',
        `${BACKEND_TEXT[store.name]} did not keep the key of profile ${key.profile}`,
        {
          hints: ['check its state with its own program, then run the command again'],
        },
      );
    }
    await this.#update((index) =>
      withEntry({ ...index, backend: index.backend ?? store.name }, entryOf(item)),
    );
    return item;
  }

  /**
   * Replaces the profile's key with the new key that a rotation set aside, where the backend can rename an item: then
   * no secret in use is deleted. Returns false where it cannot, and the caller has to write the key.
   */
  async adoptPending(profile: string): Promise<boolean> {
    const store = await this.store();
    if (store.rename === undefined) return false;
    const text = await store.read(pendingItemName(profile));
    const item = decodeKeyItem(text ?? '');
    if (item === undefined) return false;
    try {
      await store.rename(pendingItemName(profile), keyItemName(profile));
    } catch (error) {
      // This keyring does not let an item's attributes change. Any other reason for the denial shows when writing.
      if (isCliError(error) && error.code === 'denied') return false;
      throw error;
    }
    if ((await store.read(keyItemName(profile))) !== text) return false;
    await this.#update((index) => withEntry(index, entryOf(item)));
    return true;
  }

  /**
   * Removes a profile's key, and the new key that an unfinished rotation set aside, whose id it returns. Throws
   * CliError `keystore` when the named backend is not the one in use.
   */
  async remove(profile: string): Promise<string | undefined> {
    await this.#refuseOtherBackend(
      (used) => `remove it there: ${ccvaultCommand(`--backend ${used} remove`, { operands: [profile] })}`,
    );
    const store = await this.store();
    const waiting = await store.read(pendingItemName(profile));
    if (waiting !== undefined) await store.remove(pendingItemName(profile));
    await store.remove(keyItemName(profile));
    await this.#update((index) => withoutEntry(index, profile));
    return decodeKeyItem(waiting ?? '')?.accessKeyId;
  }

  /** Records which backend holds the keys, after they were moved there. */
  async recordBackend(backend: BackendName, entries: readonly IndexEntry[]): Promise<void> {
    await this.#update((index) => ({ ...index, backend, keys: entries }));
  }

  async #refuseSecondBackend(): Promise<void> {
    const { backend, keys } = await this.index();
    if (this.#named !== undefined && backend !== undefined && keys.length === 0) {
      const named = this.#named;
      if (backend !== named) await this.#update((index) => ({ ...index, backend: named }));
      return;
    }
    await this.#refuseOtherBackend(
      (used, named) =>
        `move them first with: ${ccvaultCommand(`--backend ${named} import`, { options: ['--from', used] })}`,
    );
  }

  async #refuseOtherBackend(hint: (used: BackendName, named: BackendName) => string): Promise<void> {
    const { backend } = await this.index();
    if (this.#named === undefined || backend === undefined || backend === this.#named) return;
    throw new CliError(
      'keystore',
      `this vault's keys are in ${BACKEND_TEXT[backend]}, not in ${BACKEND_TEXT[this.#named]}`,
      { hints: [hint(backend, this.#named)] },
    );
  }

  async #update(change: (index: VaultIndex) => VaultIndex): Promise<void> {
    this.#index = await updateIndex(this.#system, this.#index ?? emptyIndex(this.#system), change);
  }

  async #rebuild({ damaged, used }: { damaged: boolean; used: boolean }): Promise<VaultIndex> {
    const start = emptyIndex(this.#system);
    const backend = await this.#likelyBackend();
    if (backend === undefined) {
      if (!damaged && !this.#hasSessions()) return start;
      throw this.#lostIndex(damaged, 'no system keyring is available, and there is no vault.age');
    }
    const entries: IndexEntry[] = [];
    try {
      // Stays open for later reads, so that the passphrase is asked for once.
      const holdsItems = damaged && backend === backendOfDamagedIndex(this.#system);
      this.#store ??= this.#system.keyStore(backend, this.#system.terminal, { holdsItems });
      const store = await this.#store;
      for (const name of await store.list()) {
        const text = profileOfItem(name) === undefined ? undefined : await store.read(name);
        const item = text === undefined ? undefined : decodeKeyItem(text);
        if (item !== undefined) entries.push(entryOf(item));
      }
    } catch (error) {
      // A vault that was never used has no index to lose: the backend's own error says more.
      if (!used || (isCliError(error) && error.kind === 'interrupted')) throw error;
      throw this.#lostIndex(damaged, messageOf(error), error);
    }
    if (entries.length === 0 && !damaged) return start;
    const index = await updateIndex(this.#system, start, () => ({ ...start, backend, keys: entries }));
    this.#system.out.info(`rebuilt ${indexPath(this.#system)} from ${BACKEND_TEXT[backend]}`);
    return index;
  }

  #lostIndex(damaged: boolean, why: string, cause?: unknown): CliError {
    const state = damaged ? 'is damaged' : 'is missing';
    const [way = 'make the backend available'] = isCliError(cause) ? cause.hints : [];
    return new CliError('keystore', `${indexPath(this.#system)} ${state} and cannot be rebuilt: ${why}`, {
      hints: [`${way}; then run: ${ccvaultCommand('list')}`],
      cause,
    });
  }

  /** Sessions exist only after the index was written once, so an index that is missing beside them was lost. */
  #hasSessions(): boolean {
    return this.#system.files.list(`${this.#system.host.vaultDirectory}/sessions`).length > 0;
  }

  async #likelyBackend(): Promise<BackendName | undefined> {
    const told = this.#named ?? backendOfDamagedIndex(this.#system);
    if (told !== undefined) return told;
    const { vaultDirectory } = this.#system.host;
    if (this.#system.files.stat(`${vaultDirectory}/vault.age`) !== undefined) return 'file';
    return (await this.#system.keyringAnswers()) ? 'keyring' : undefined;
  }
}
