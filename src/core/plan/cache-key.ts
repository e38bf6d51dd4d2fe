import type { StoredKey } from './chain.ts';

/** The cache key of a step. JSON-encoded, so that the parts cannot be confused. */
export function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** What every session made from a stored key begins with. */
export function rootOfKey(key: StoredKey): string {
  return keyOf('key', key.accessKeyId, key.generation);
}
