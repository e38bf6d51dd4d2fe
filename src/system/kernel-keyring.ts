import type { KernelKeyring } from '../core/ports/keystore.ts';
import { forbidCoreDumps } from './core-dumps.ts';
import { openLinuxLibc } from './libc.ts';
import type { LinuxLibc } from './libc.ts';

// include/uapi/linux/keyctl.h
const KEY_SPEC_PROCESS_KEYRING = -2;
const KEY_SPEC_USER_KEYRING = -4;
const KEYCTL_SETPERM = 5;
const KEYCTL_LINK = 8;
const KEYCTL_UNLINK = 9;
const KEYCTL_SEARCH = 10;
const KEYCTL_READ = 11;
const KEYCTL_SET_TIMEOUT = 15;
const KEYCTL_INVALIDATE = 21;

// Everything for whoever possesses the key, all but linking for the rest of the same user (a login session
// that is not linked to the user keyring does not possess what is in it), nothing for group and others.
const OWN_USER_ONLY = 0x3f2f0000;

const KEY_TYPE = cString('user');

// A session key is 32 bytes; whatever is larger is read again in its full size.
const FIRST_READ_BYTES = 256;

function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function search(libc: LinuxLibc, description: string): number | undefined {
  const key = libc.call('keyctl', KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, KEY_TYPE, cString(description), 0);
  return key < 0 ? undefined : key;
}

function readKey(libc: LinuxLibc, key: number): Uint8Array | undefined {
  let buffer = new Uint8Array(FIRST_READ_BYTES);
  let length = libc.call('keyctl', KEYCTL_READ, key, buffer, buffer.length);
  while (length > buffer.length) {
    buffer = new Uint8Array(length);
    length = libc.call('keyctl', KEYCTL_READ, key, buffer, buffer.length);
  }
  return length < 0 ? undefined : buffer.subarray(0, length);
}

function storeKey(libc: LinuxLibc, description: string, bytes: Uint8Array, timeoutSeconds: number): boolean {
  // Without this link a session that is not linked to the user keyring does not possess the key it makes and
  // may not set its permissions. A process keyring ends with the process, and at its execve.
  libc.call('keyctl', KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING);
  const key = libc.call(
    'add_key',
    KEY_TYPE,
    cString(description),
    bytes,
    bytes.length,
    KEY_SPEC_USER_KEYRING,
  );
  if (key < 0) {
    return false;
  }
  const kept =
    libc.call('keyctl', KEYCTL_SET_TIMEOUT, key, timeoutSeconds) >= 0 &&
    libc.call('keyctl', KEYCTL_SETPERM, key, OWN_USER_ONLY) >= 0;
  if (!kept) {
    dropKey(libc, key);
  }
  return kept;
}

function dropKey(libc: LinuxLibc, key: number): void {
  if (libc.call('keyctl', KEYCTL_INVALIDATE, key) < 0) {
    libc.call('keyctl', KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING);
  }
}

/**
 * The kernel's user keyring, kept until reboot, shared by the user's processes and read without a prompt.
 * Whatever the kernel refuses (no such key, expired, a container without the calls) reads as missing.
 * A key's bytes number 1 to 32767; its timeout is enforced by the kernel.
 */
export function createKernelKeyring(): KernelKeyring {
  return {
    async read(description) {
      const libc = await openLinuxLibc();
      if (libc === undefined) return undefined;
      forbidCoreDumps(libc);
      const key = search(libc, description);
      return key === undefined ? undefined : readKey(libc, key);
    },
    async store(description, bytes, timeoutSeconds) {
      const libc = await openLinuxLibc();
      // To the kernel 0 means "never ends", which no caller wants.
      if (libc === undefined || bytes.length === 0 || timeoutSeconds < 1) {
        return false;
      }
      return storeKey(libc, description, bytes, Math.floor(timeoutSeconds));
    },
    async drop(description) {
      const libc = await openLinuxLibc();
      const key = libc && search(libc, description);
      if (libc !== undefined && key !== undefined) {
        dropKey(libc, key);
      }
    },
  };
}
