// Where a command can be struck: each system call of it that touches a file of ours, and what can go wrong with it.

import type { SystemCall } from '../support/strace.ts';
import { stringsIn } from '../support/strace.ts';

/** `SIGKILL`, or the error that the call ends with instead of being carried out. */
export type Blow = 'SIGKILL' | 'ENOSPC' | 'EIO' | 'EROFS' | 'EINTR' | 'ENOLCK';

export interface Injection {
  readonly call: string;
  /** The how-manieth call of that name in its thread, from 1. */
  readonly nth: number;
  readonly blow: Blow;
  /** What it touches. */
  readonly path: string;
}

const OPEN = ['open', 'openat', 'creat'];
const WRITE = [
  'write',
  'pwrite64',
  'writev',
  'pwritev',
  'ftruncate',
  'fallocate',
  'copy_file_range',
  'sendfile',
];
const SYNC = ['fsync', 'fdatasync'];
const READ = ['read', 'pread64', 'readv', 'getdents64'];
const NAME = (
  'rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat rmdir mkdir mkdirat ' +
  'chmod fchmod fchmodat chown fchown fchownat utimensat'
).split(' ');
const LOCK = ['fcntl', 'flock'];

/** The calls that are looked at, as strace wants them named; `?` for what a machine may not have. */
export const CALLS = [...OPEN, ...WRITE, ...SYNC, ...READ, ...NAME, ...LOCK]
  .map((name) => `?${name}`)
  .join(',');

/** Every blow to every call of the program's first thread that touches a file below `root`. */
export function injectionsFor(calls: readonly SystemCall[], root: string): readonly Injection[] {
  const counts = new Map<string, number>();
  const main = calls[0]?.pid;
  return calls
    .filter(({ pid }) => pid === main)
    .flatMap((call) => {
      const nth = (counts.get(call.name) ?? 0) + 1;
      counts.set(call.name, nth);
      const path = pathOf(call, root);
      if (path === undefined) return [];
      return blowsTo(call, path).map((blow) => ({ call: call.name, nth, blow, path }));
    });
}

/** The path below `root` that a call touches: by name, or by a descriptor, which `strace -y` names. */
function pathOf(call: SystemCall, root: string): string | undefined {
  const args = call.args.replace(/^AT_FDCWD<[^>]*>/, '');
  const [, descriptor] = /^\d+<([^>]*)>/.exec(args) ?? [];
  return [descriptor, ...stringsIn({ ...call, args })].find((path) => path?.startsWith(`${root}/`));
}

function blowsTo(call: SystemCall, path: string): readonly Blow[] {
  const { name, args } = call;
  if (LOCK.includes(name)) return /F_SETLK|LOCK_/.test(args) ? ['SIGKILL', 'ENOLCK'] : [];
  // Whoever is killed at a read is killed at the next write as well.
  if (READ.includes(name)) return ['EIO', 'EINTR'];
  if (OPEN.includes(name) && !/O_CREAT|O_WRONLY|O_RDWR/.test(args)) return ['EIO', 'EINTR'];
  const all: Blow[] = ['SIGKILL', 'ENOSPC', 'EIO', 'EROFS', 'EINTR'];
  // SQLite's own files around a lock: one error stands for all.
  return path.includes('/locks/') ? ['SIGKILL', 'EIO'] : all;
}

/** The options for strace that strike. */
export function strikes({ call, nth, blow }: Injection): readonly string[] {
  const what = blow === 'SIGKILL' ? 'signal=SIGKILL' : `error=${blow}`;
  return ['-e', `inject=${call}:${what}:when=${nth}`];
}
