import { openLinuxLibc } from './libc.ts';
import type { LinuxLibc } from './libc.ts';

// include/uapi/asm-generic/resource.h
const RLIMIT_CORE = 4;
// Bytes: too few for a file, and the one limit at which Linux pipes nothing to a program either; with 0 it does
// (fs/coredump.c, coredump_pipe).
const NO_CORE = 1n;

/** What was changed, to be put back for a child: soft and hard limit, in bytes. */
let forbidden: { readonly libc: LinuxLibc; readonly former: BigUint64Array<ArrayBuffer> } | undefined;

/**
 * From here on a crash of this process is dumped neither to a file nor to a program, as its secrets would be in it: called
 * where the first secret comes in. Standalone build on Linux; two system calls. Nothing where the hard limit is 0.
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

/** The same where the C library is not at hand yet. */
export async function forbidCoreDumpsHere(): Promise<void> {
  const libc = await openLinuxLibc();
  if (libc !== undefined) forbidCoreDumps(libc);
}

/** Does `work`, which starts another program, under the limit that our parent left us. */
export function withCoreDumpsAsBefore<T>(work: () => T): T {
  allowCoreDumps();
  try {
    return work();
  } finally {
    forbid();
  }
}

/** Puts the limit back for good: this process is about to become another program. */
export function allowCoreDumps(): void {
  forbidden?.libc.call('prlimit64', 0, RLIMIT_CORE, bytesOf(forbidden.former), 0);
}

function forbid(): void {
  if (forbidden === undefined) return;
  const [, hard = 0n] = forbidden.former;
  forbidden.libc.call('prlimit64', 0, RLIMIT_CORE, bytesOf(BigUint64Array.of(NO_CORE, hard)), 0);
}

function bytesOf(words: BigUint64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(words.buffer);
}
