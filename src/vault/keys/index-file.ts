import { BACKENDS } from '../../core/backends.ts';
import { toHex } from '../../core/bytes.ts';
import { CliError, isCliError, messageOf } from '../../core/errors.ts';
import type { StoredKeys } from '../../core/plan/chain.ts';
import type { BackendName } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';

/** One stored key as the index lists it; nothing here is secret. */
export interface IndexEntry {
  readonly profile: string;
  readonly accessKeyId: string;
  /** Random; new for every stored key. */
  readonly generation: string;
  /** The account and user that GetCallerIdentity named; absent when the key was stored unverified. */
  readonly account?: string;
  readonly arn?: string;
  /** When AWS created the key, where known; ISO 8601 UTC. */
  readonly createdAt?: string;
  /** ISO 8601 UTC. */
  readonly storedAt: string;
}

/** `index.json`: what list, completion and the warm path read instead of the backend. */
export interface VaultIndex {
  readonly version: 1;
  readonly vaultId: string;
  /** Undefined until the first key is stored. */
  readonly backend?: BackendName;
  readonly keys: readonly IndexEntry[];
}

type IndexSystem = Pick<System, 'files' | 'host' | 'locks' | 'crypto'>;

/** The path of `index.json`, which may not exist. */
export function indexPath(system: Pick<System, 'host'>): string {
  return `${system.host.vaultDirectory}/index.json`;
}

/**
 * The index; undefined if there is none, `damaged` if it cannot be parsed. Throws CliError `keystore` if unreadable.
 */
export function readIndex(system: Pick<System, 'files' | 'host'>): VaultIndex | 'damaged' | undefined {
  const text = readText(system);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isIndex(value) ? value : 'damaged';
  } catch {
    return 'damaged';
  }
}

function readText(system: Pick<System, 'files' | 'host'>): string | undefined {
  const path = indexPath(system);
  try {
    return system.files.readText(path);
  } catch (error) {
    if (isCliError(error) && error.code === 'not-ours') throw error;
    throw new CliError('keystore', messageOf(error), {
      hints: [`fix its permissions, or delete it: it is rebuilt from the backend`],
      cause: error,
    });
  }
}

/**
 * The backend that a damaged index still names, so that another available backend does not replace it; undefined where
 * it names none.
 */
export function backendOfDamagedIndex(system: Pick<System, 'files' | 'host'>): BackendName | undefined {
  const text = system.files.readText(indexPath(system)) ?? '';
  const name = /"backend"\s*:\s*"(\w+)"/.exec(text)?.[1];
  return BACKENDS.find((backend) => backend === name);
}

function isIndex(value: unknown): value is VaultIndex {
  if (typeof value !== 'object' || value === null) return false;
  const { version, vaultId, backend, keys } = value as Partial<Record<keyof VaultIndex, unknown>>;
  return (
    version === 1 &&
    typeof vaultId === 'string' &&
    /^[0-9a-f]{32}$/.test(vaultId) &&
    Array.isArray(keys) &&
    keys.every(isEntry) &&
    // Keys without a backend: ccvault would choose a second backend beside the one that holds them.
    (backend === undefined ? keys.length === 0 : BACKENDS.some((name) => name === backend))
  );
}

function isEntry(value: unknown): value is IndexEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { profile, accessKeyId, generation, storedAt } = value as Partial<Record<keyof IndexEntry, unknown>>;
  return [profile, accessKeyId, generation, storedAt].every(
    (text) => typeof text === 'string' && text !== '',
  );
}

/** An index without keys and with a new vault id, for a vault that does not exist yet. */
export function emptyIndex(system: Pick<System, 'crypto'>): VaultIndex {
  return { version: 1, vaultId: toHex(system.crypto.randomBytes(16)), keys: [] };
}

/**
 * Changes the index under its lock, reading it again first so that nothing another process wrote is lost; `start` is
 * what to change where there is none. Throws CliError `keystore` when it cannot be read or written.
 */
export async function updateIndex(
  system: IndexSystem,
  start: VaultIndex,
  change: (index: VaultIndex) => VaultIndex,
): Promise<VaultIndex> {
  system.files.ensurePrivateDirectory(system.host.vaultDirectory);
  return system.locks.withLock('index', { purpose: 'writing the index' }, async () => {
    const current = readIndex(system);
    const next = change(current === undefined || current === 'damaged' ? start : current);
    system.files.replace(indexPath(system), `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600 });
    return next;
  });
}

/** The stored keys by profile, for planning. */
export function storedKeysOf(index: VaultIndex | undefined): StoredKeys {
  return new Map(index?.keys.map((entry) => [entry.profile, entry]));
}

/** The index with this entry, which replaces that of the same profile. */
export function withEntry(index: VaultIndex, entry: IndexEntry): VaultIndex {
  return { ...index, keys: [...index.keys.filter((key) => key.profile !== entry.profile), entry] };
}

/** The index without the entry of a profile. */
export function withoutEntry(index: VaultIndex, profile: string): VaultIndex {
  return { ...index, keys: index.keys.filter((key) => key.profile !== profile) };
}
