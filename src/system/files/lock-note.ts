import { closeSync, constants, ftruncateSync, readFileSync, writeFileSync } from 'node:fs';
import { isObject } from '../../core/json.ts';
import type { SharedFailure } from '../../core/ports/locks.ts';
import { openPrivateFile } from './private-file.ts';

/**
 * The file beside a lock, for the processes that wait: the lock itself cannot be read while it is held. Holds no
 * secret.
 */
export interface LockNote {
  readonly pid: number;
  readonly command: string;
  readonly purpose: string;
  /** The failure that was reported last, and when, in milliseconds since the epoch. */
  readonly failure?: SharedFailure & { readonly at: number };
}

const KINDS: readonly unknown[] = Object.keys({
  failure: true,
  usage: true,
  config: true,
  aws: true,
  keystore: true,
  interrupted: true,
} satisfies Record<SharedFailure['kind'], true>);

/** The note at `path`; undefined if it is missing or cannot be read. */
export function readLockNote(path: string): LockNote | undefined {
  try {
    const note: unknown = JSON.parse(
      withFile(path, constants.O_RDONLY, (descriptor) => readFileSync(descriptor, 'utf8')),
    );
    return isLockNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes the note. Best effort, never throws: without a note, other processes wait just the same, and ask again after
 * a failure. Neither synced nor renamed: a note that is half written reads as missing.
 */
export function writeLockNote(path: string, note: LockNote): void {
  try {
    withFile(path, constants.O_WRONLY | constants.O_CREAT, (descriptor) => {
      ftruncateSync(descriptor);
      writeFileSync(descriptor, `${JSON.stringify(note)}\n`);
    });
  } catch {}
}

function withFile<T>(path: string, flags: number, use: (descriptor: number) => T): T {
  const descriptor = openPrivateFile(path, flags);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isLockNote(value: unknown): value is LockNote {
  if (
    !isObject(value) ||
    typeof value['pid'] !== 'number' ||
    typeof value['command'] !== 'string' ||
    typeof value['purpose'] !== 'string'
  )
    return false;
  const failure = value['failure'];
  if (failure === undefined) return true;
  return (
    isObject(failure) &&
    KINDS.includes(failure['kind']) &&
    typeof failure['message'] === 'string' &&
    (failure['code'] === undefined || typeof failure['code'] === 'string') &&
    Array.isArray(failure['hints']) &&
    failure['hints'].every((hint) => typeof hint === 'string') &&
    typeof failure['at'] === 'number'
  );
}
