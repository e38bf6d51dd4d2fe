import type { StoredKey } from './chain.ts';

/** The text that stands for a step's result. JSON keeps the parts apart: no value can pass for two. */
export function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** What every session made from a stored key begins with. */
export function rootOfKey(key: StoredKey): string {
  return keyOf('key', key.accessKeyId, key.generation);
}
