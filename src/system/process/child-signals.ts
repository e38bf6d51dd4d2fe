import { openDarwinLibc, openLinuxLibc } from '../libc.ts';

// The kernel's struct sigaction begins with the handler: 0 for SIG_DFL, 1 for SIG_IGN (sigaction(2)).
const SIG_IGN = 1n;
const SIGCHLD_LINUX = 17;
const SIGCHLD_DARWIN = 20;
const MASK_BYTES = 8;

let done: Promise<void> | undefined;

/**
 * Makes sure that this process learns how its children end. Where the parent ignores SIGCHLD (Perl's
 * `$SIG{CHLD} = 'IGNORE'`, daemons that want no zombies), the kernel reaps children itself, and the standalone
 * runtime waits forever or gets ECHILD. Await this before starting a child; on Linux, the command of `exec` gets
 * the disposition back with the others (inheritance.ts). Node needs no help.
 */
export function heedChildren(): Promise<void> {
  done ??= process.versions.bun === undefined ? Promise.resolve() : resetIgnored();
  return done;
}

async function resetIgnored(): Promise<void> {
  const linux = await openLinuxLibc();
  if (linux === undefined) {
    (await openDarwinLibc())?.resetSignal(SIGCHLD_DARWIN);
    return;
  }
  // Handler, flags, restorer, mask.
  const current = new BigUint64Array(4);
  linux.call('rt_sigaction', SIGCHLD_LINUX, 0, new Uint8Array(current.buffer), MASK_BYTES);
  if (current[0] !== SIG_IGN) return;
  linux.call('rt_sigaction', SIGCHLD_LINUX, new Uint8Array(new BigUint64Array(4).buffer), 0, MASK_BYTES);
}
