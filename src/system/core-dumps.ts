import { openLinuxLibc } from './libc.ts';
import type { LinuxLibc } from './libc.ts';

// include/uapi/asm-generic/resource.h
const RLIMIT_CORE = 4;

/** What was changed, to be put back for a child: soft and hard limit, in bytes. */
let forbidden: { readonly libc: LinuxLibc; readonly former: BigUint64Array<ArrayBuffer> } | undefined;

/**
 * From here on a crash of this process leaves no core file, in which its secrets would be: called where the first secret
 * comes in. Standalone build on Linux; one system call where there would be no core file anyway, two elsewhere.
 *
 * PR_SET_DUMPABLE would keep debuggers of this user out as well, who can do everything else by other means, and gives
 * `/proc/self` to root, so that the environment could not be passed on byte for byte.
 */
export function forbidCoreDumps(libc: LinuxLibc): void {
  if (forbidden !== undefined) return;
  const former = new BigUint64Array(2);
  if (libc.call('prlimit64', 0, RLIMIT_CORE, 0, bytesOf(former)) < 0 || former[0] === 0n) return;
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
  forbidden.libc.call('prlimit64', 0, RLIMIT_CORE, bytesOf(BigUint64Array.of(0n, hard)), 0);
}

function bytesOf(words: BigUint64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(words.buffer);
}
