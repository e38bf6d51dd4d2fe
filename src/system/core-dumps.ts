import { openLinuxLibc } from './libc.ts';
import type { LinuxLibc } from './libc.ts';

// include/uapi/asm-generic/resource.h
const RLIMIT_CORE = 4;
// In bytes. Too small for a core file, and the only limit at which Linux does not pipe the dump to a program either;
// with 0 it does (fs/coredump.c, coredump_pipe).
const NO_CORE = 1n;

/** The soft and hard limit before the change, in bytes, restored for a child. */
let forbidden: { readonly libc: LinuxLibc; readonly former: BigUint64Array<ArrayBuffer> } | undefined;

/**
 * Keeps a crash of this process from being dumped to a file or a program, since the dump would contain its secrets.
 * Call it before the first secret is read; further calls do nothing. Standalone build on Linux; two system calls.
 * Does nothing where the hard limit is 0, which cannot be raised.
 */
export function forbidCoreDumps(libc: LinuxLibc): void {
  if (forbidden !== undefined) return;
  const former = new BigUint64Array(2);
  if (libc.call('prlimit64', 0, RLIMIT_CORE, 0, bytesOf(former)) < 0) return;
  const [soft, hard] = former;
  if (soft === NO_CORE || hard === 0n) return;
  forbidden = { libc, former };
  forbid();
}

/** As `forbidCoreDumps`, where the C library may not be open yet; does nothing where there is none. */
export async function forbidCoreDumpsHere(): Promise<void> {
  const libc = await openLinuxLibc();
  if (libc !== undefined) forbidCoreDumps(libc);
}

/** Runs `work`, which starts or becomes another program, under the limit that this process inherited. Returns its result. */
export function withCoreDumpsAsBefore<T>(work: () => T): T {
  forbidden?.libc.call('prlimit64', 0, RLIMIT_CORE, bytesOf(forbidden.former), 0);
  try {
    return work();
  } finally {
    forbid();
  }
}

function forbid(): void {
  if (forbidden === undefined) return;
  const [, hard = 0n] = forbidden.former;
  forbidden.libc.call('prlimit64', 0, RLIMIT_CORE, bytesOf(BigUint64Array.of(NO_CORE, hard)), 0);
}

function bytesOf(words: BigUint64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(words.buffer);
}
