import type { StoredKey } from './chain.ts';

/** The cache key of a step. JSON-encoded, so that the parts cannot be confused. */
export function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** The cache key of a stored key, part of the cache key of every session made from it. */
export function rootOfKey(key: StoredKey): string {
  return keyOf('key', key.accessKeyId, key.generation);
}
