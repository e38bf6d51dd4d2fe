import { cString } from './c-string.ts';
import type { LinuxLibc } from './libc.ts';

// include/uapi/linux/keyctl.h
const KEY_SPEC_PROCESS_KEYRING = -2;
const KEY_SPEC_USER_KEYRING = -4;
const KEYCTL_SETPERM = 5;
const KEYCTL_CLEAR = 7;
const KEYCTL_LINK = 8;
const KEYCTL_UNLINK = 9;
const KEYCTL_SEARCH = 10;
const KEYCTL_READ = 11;
const KEYCTL_SET_TIMEOUT = 15;
const KEYCTL_INVALIDATE = 21;

// All permissions for a process that possesses the key; all but linking for other processes of the same user (a login
// session that is not linked to the user keyring does not possess the keys in it); none for group and others.
const OWN_USER_ONLY = 0x3f2f0000;

export type KeyType = 'user' | 'keyring';

/**
 * The serial number of a key in the user keyring or in a keyring below it; undefined where the kernel returns none.
 */
export function searchKey(libc: LinuxLibc, type: KeyType, description: string): number | undefined {
  const key = libc.call(
    'keyctl',
    KEYCTL_SEARCH,
    KEY_SPEC_USER_KEYRING,
    cString(type),
    cString(description),
    0,
  );
  return key < 0 ? undefined : key;
}

/**
 * A key's bytes, in one call if there are at most `expectedBytes`, else in two. Undefined where the kernel refuses.
 */
export function readKey(libc: LinuxLibc, key: number, expectedBytes: number): Uint8Array | undefined {
  let buffer = new Uint8Array(expectedBytes);
  let length = libc.call('keyctl', KEYCTL_READ, key, buffer, buffer.length);
  while (length > buffer.length) {
    buffer = new Uint8Array(length);
    length = libc.call('keyctl', KEYCTL_READ, key, buffer, buffer.length);
  }
  return length < 0 ? undefined : buffer.subarray(0, length);
}

/**
 * Adds a key that only this user's processes can reach to the user keyring or to `keyring`, and returns its serial
 * number. The kernel drops it after `timeoutSeconds`. Undefined, with nothing left behind, where the kernel refuses
 * (a full quota, a container).
 */
export function addKey(
  libc: LinuxLibc,
  description: string,
  bytes: Uint8Array,
  timeoutSeconds: number,
  keyring = KEY_SPEC_USER_KEYRING,
): number | undefined {
  possessUserKeyring(libc);
  const key = libc.call('add_key', cString('user'), cString(description), bytes, bytes.length, keyring);
  if (key < 0) return undefined;
  if (setTimeout(libc, key, timeoutSeconds) && restrict(libc, key)) return key;
  dropKey(libc, key);
  return undefined;
}

/** The serial number of a keyring below the user keyring, created if missing. Undefined where the kernel refuses. */
export function openKeyring(libc: LinuxLibc, description: string): number | undefined {
  const found = searchKey(libc, 'keyring', description);
  if (found !== undefined) return found;
  possessUserKeyring(libc);
  const made = libc.call('add_key', cString('keyring'), cString(description), 0, 0, KEY_SPEC_USER_KEYRING);
  if (made < 0) return undefined;
  if (restrict(libc, made)) return made;
  dropKey(libc, made);
  return undefined;
}

/** Unlinks every key from a keyring; the kernel deletes those that no other keyring holds. */
export function clearKeyring(libc: LinuxLibc, keyring: number): void {
  libc.call('keyctl', KEYCTL_CLEAR, keyring);
}

// KEYCTL_SET_TIMEOUT accepts 32 bits: a longer time, cut to them, would become a short one or no timeout at all.
const LONGEST_SECONDS = 0x7fff_ffff;

/** Sets the seconds from now after which the kernel drops a key, at least 1. False where the kernel refuses. */
export function setTimeout(libc: LinuxLibc, key: number, seconds: number): boolean {
  // The kernel treats 0 as "no expiry".
  const whole = Math.min(Math.max(1, Math.floor(seconds)), LONGEST_SECONDS);
  return libc.call('keyctl', KEYCTL_SET_TIMEOUT, key, whole) >= 0;
}

/** Invalidates a key, so that no process can read it from now on; where the kernel refuses, unlinks it. */
export function dropKey(libc: LinuxLibc, key: number): void {
  if (libc.call('keyctl', KEYCTL_INVALIDATE, key) < 0) {
    libc.call('keyctl', KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING);
  }
}

function restrict(libc: LinuxLibc, key: number): boolean {
  return libc.call('keyctl', KEYCTL_SETPERM, key, OWN_USER_ONLY) >= 0;
}

// Without this link, a login session that is not linked to the user keyring does not possess the key it adds and may
// not set its permissions. The process keyring ends with the process and at execve.
function possessUserKeyring(libc: LinuxLibc): void {
  libc.call('keyctl', KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING);
}
