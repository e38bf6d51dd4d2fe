import { closeSync, constants, ftruncateSync, readFileSync, writeFileSync } from 'node:fs';
import { isObject } from '../../core/json.ts';
import type { SharedFailure } from '../../core/ports/locks.ts';
import { openPrivateFile } from './private-file.ts';

/** A note beside a lock, for those who wait: the lock itself cannot be read while it is held. No secret. */
export interface LockNote {
  readonly pid: number;
  readonly command: string;
  readonly purpose: string;
  /** The last failure that was reported, with its time in milliseconds since the epoch. */
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

/** Undefined if it is missing or unreadable. */
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
 * Best effort: without a note others wait just as well, and ask again after a failure. Not synced, not renamed: a
 * note that is half there is read as none.
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
