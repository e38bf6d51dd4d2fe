import type { KernelKeyring } from '../core/ports/keystore.ts';
import { forbidCoreDumps } from './core-dumps.ts';
import { addKey, dropKey, readKey, searchKey } from './keyctl.ts';
import { openLinuxLibc } from './libc.ts';
import { forgetReadyAnswers } from './ready-answers.ts';
import { userKeys } from './user-keys.ts';

// A session key is 32 bytes; whatever is larger is read again in its full size.
const EXPECTED_BYTES = 256;

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
      const key = searchKey(libc, 'user', description);
      return key === undefined ? undefined : readKey(libc, key, EXPECTED_BYTES);
    },
    async store(description, bytes, timeoutSeconds) {
      const libc = await openLinuxLibc();
      if (libc === undefined || bytes.length === 0 || timeoutSeconds < 1) return false;
      const add = (): boolean => addKey(libc, description, bytes, timeoutSeconds) !== undefined;
      if (add()) return true;
      // Ready answers only save milliseconds: they go first when the user's quota is used up.
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
