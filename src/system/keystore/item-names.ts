import type { KeyStore } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';

// Below the 2,560 bytes of a Windows credential.
const MAX_BYTES = 2000;

/**
 * The names of a keyring's items, kept in items of their own (`names/0`, `names/1`, ...; JSON arrays), for keyrings that
 * cannot be listed. They grow and shrink under a lock, as several processes may change them at once.
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
    // The common case, a value that is replaced, needs no lock.
    if ((await this.all()).includes(name)) return;
    await this.#change((names) => (names.includes(name) ? names : [...names, name]));
  }

  async delete(name: string): Promise<void> {
    await this.#change((names) => names.filter((one) => one !== name));
  }

  async #change(change: (names: readonly string[]) => readonly string[]): Promise<void> {
    await this.#locks.withLock(
      'keyring-names',
      { purpose: "noting the names of the keyring's items" },
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

  /** The names as they are distributed over the items. */
  async #read(): Promise<readonly (readonly string[])[]> {
    const items: string[][] = [];
    for (;;) {
      const text = await this.#store.read(itemName(items.length));
      if (text === undefined) return items;
      items.push(decode(text));
    }
  }
}

/** Fills items in order; a name longer than an item may hold gets one to itself. */
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

/** What another program wrote there counts as empty: the names return with the next write of each item. */
function decode(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
