import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import type { Secret } from '../../core/secret.ts';
import { toHex } from '../../core/bytes.ts';
import { BACKEND_TEXT } from '../keys/backend-names.ts';
import { decodeKeyItem, encodeKeyItem, pendingItemName } from '../keys/key-item.ts';
import type { Vault } from '../keys/vault.ts';

/** A new key that is not in use yet. */
export interface NewKeyItem {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly account?: string;
  readonly arn?: string;
}

/**
 * The item `rotating/PROFILE` of the backend: holds a new key from its creation in IAM until AWS has accepted it and
 * the profile's own item holds it, so that the old secret stays until the new one is known to work.
 */
export class PendingKey {
  readonly #vault: Pick<Vault, 'store'>;
  readonly #crypto: Pick<System['crypto'], 'randomBytes'>;
  readonly #profile: string;
  readonly #item: string;

  constructor(vault: Pick<Vault, 'store'>, crypto: Pick<System['crypto'], 'randomBytes'>, profile: string) {
    this.#vault = vault;
    this.#crypto = crypto;
    this.#profile = profile;
    this.#item = pendingItemName(profile);
  }

  async read(): Promise<NewKeyItem | undefined> {
    const text = await (await this.#vault.store()).read(this.#item);
    const item = text === undefined ? undefined : decodeKeyItem(text);
    if (item === undefined) return undefined;
    const { accessKeyId, secretAccessKey, createdAt, storedAt, account, arn } = item;
    return {
      accessKeyId,
      secretAccessKey,
      createdAt: createdAt ?? storedAt,
      ...(account === undefined ? {} : { account }),
      ...(arn === undefined ? {} : { arn }),
    };
  }

  /** Throws CliError `keystore` when the backend did not keep the key. */
  async write(key: NewKeyItem): Promise<NewKeyItem> {
    const store = await this.#vault.store();
    const text = encodeKeyItem({
      ...key,
      profile: this.#profile,
      generation: toHex(this.#crypto.randomBytes(8)),
      storedAt: key.createdAt,
    });
    await store.write(this.#item, text);
    if ((await store.read(this.#item)) !== text) {
      throw new CliError(
        'keystore',
        `${BACKEND_TEXT[store.name]} did not keep the new key of profile ${this.#profile}`,
        {
          hints: ['check its state with its own program, then run the command again'],
        },
      );
    }
    return key;
  }

  async remove(): Promise<void> {
    await (await this.#vault.store()).remove(this.#item);
  }
}
