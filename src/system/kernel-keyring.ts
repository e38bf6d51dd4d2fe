import type { KernelKeyring } from '../core/ports/keystore.ts';
import { forbidCoreDumps } from './core-dumps.ts';
import { addKey, dropKey, readKey, searchKey } from './keyctl.ts';
import { openLinuxLibc } from './libc.ts';
import { forgetReadyAnswers } from './ready-answers.ts';
import { userKeys } from './user-keys.ts';

// A session key is 32 bytes; a larger key is read a second time, in full.
const EXPECTED_BYTES = 256;

/**
 * The kernel's user keyring: shared by the user's processes, read without a prompt, lost at a reboot at the latest.
 * Whatever the kernel refuses (no such key, expired, a container without these system calls) reads as missing.
 * A key has 1 to 32,767 bytes; the kernel enforces its timeout.
 */
export function createKernelKeyring(): KernelKeyring {
  return {
    async read(description) {
      const libc = await openLinuxLibc();
      if (libc === undefined) return undefined;
      forbidCoreDumps(libc);
      const key = searchKey(libc, 'user', description);
      return key === undefined ? undefined : readKey(libc, key, EXPECTED_BYTES);
    },
    async store(description, bytes, timeoutSeconds) {
      const libc = await openLinuxLibc();
      if (libc === undefined || bytes.length === 0 || timeoutSeconds < 1) return false;
      const add = (): boolean => addKey(libc, description, bytes, timeoutSeconds) !== undefined;
      if (add()) return true;
      // The user's quota may be used up. Ready answers only save milliseconds, so they are dropped first.
      forgetReadyAnswers(libc);
      return add();
    },
    async drop(description) {
      const libc = await openLinuxLibc();
      const key = libc && searchKey(libc, 'user', description);
      if (libc !== undefined && key !== undefined) dropKey(libc, key);
    },
    async names(prefix) {
      const libc = await openLinuxLibc();
      return libc === undefined ? [] : userKeys(prefix).map(({ description }) => description);
    },
  };
}
