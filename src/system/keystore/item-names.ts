import type { KeyStore } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';

// Below the limit of a Windows credential, 2,560 bytes.
const MAX_BYTES = 2000;

/**
 * The names of a keyring's items, for keyrings that cannot be listed. They are stored in separate items (`names/0`,
 * `names/1`, ...; JSON arrays) and changed under a lock, because several processes may change them at once.
 */
export class ItemNames {
  readonly #store: Pick<KeyStore, 'read' | 'write' | 'remove'>;
  readonly #locks: System['locks'];

  constructor(store: Pick<KeyStore, 'read' | 'write' | 'remove'>, locks: System['locks']) {
    this.#store = store;
    this.#locks = locks;
  }

  /** All names, sorted. */
  async all(): Promise<readonly string[]> {
    return [...new Set((await this.#read()).flat())].sort();
  }

  async add(name: string): Promise<void> {
    // No lock in the common case, where a value is replaced.
    if ((await this.all()).includes(name)) return;
    await this.#change((names) => (names.includes(name) ? names : [...names, name]));
  }

  async delete(name: string): Promise<void> {
    await this.#change((names) => names.filter((one) => one !== name));
  }

  async #change(change: (names: readonly string[]) => readonly string[]): Promise<void> {
    await this.#locks.withLock(
      'keyring-names',
      { purpose: "updating the names of the keyring's items" },
      async () => {
        const before = await this.#read();
        const after = inItems(change([...new Set(before.flat())]));
        for (const [index, names] of after.entries()) {
          const text = JSON.stringify(names);
          if (text !== JSON.stringify(before[index])) await this.#store.write(itemName(index), text);
        }
        for (let index = before.length - 1; index >= after.length; index--) {
          await this.#store.remove(itemName(index));
        }
      },
    );
  }

  /** The names in each of the items. */
  async #read(): Promise<readonly (readonly string[])[]> {
    const items: string[][] = [];
    for (;;) {
      const text = await this.#store.read(itemName(items.length));
      if (text === undefined) return items;
      items.push(decode(text));
    }
  }
}

/** Distributes names over items in order; a name longer than an item may be gets an item of its own. */
function inItems(names: readonly string[]): readonly (readonly string[])[] {
  const items: string[][] = [];
  let size = MAX_BYTES;
  for (const name of names) {
    const bytes = Buffer.byteLength(JSON.stringify(name)) + 1;
    if (size + bytes > MAX_BYTES) {
      items.push([]);
      size = 1;
    }
    items.at(-1)?.push(name);
    size += bytes;
  }
  return items;
}

function itemName(index: number): string {
  return `names/${index}`;
}

/**
 * The names in an item. Anything else that another program wrote counts as empty: each name returns with the next
 * write.
 */
function decode(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
