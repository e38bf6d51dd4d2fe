import { cString } from '../c-string.ts';
import type { LinuxLibc } from '../libc.ts';

// include/uapi/linux/fcntl.h and stat.h
const AT_FDCWD = -100;
// Asks the server of a network file system, whose attributes may otherwise be seconds old.
const AT_STATX_FORCE_SYNC = 0x2000;
const STATX_BASIC_STATS = 0x7ff;
const ENOENT = 2;
const ENOTDIR = 20;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const STATX_BYTES = 256;

const ABSENT = new Uint8Array();

// Time stamps have the granularity of the kernel's tick, at most 10 ms. File systems that only store whole seconds,
// or every second one, are recognized by the missing fraction.
const TICK_MILLISECONDS = 20;
const COARSE_MILLISECONDS = 2100;

/** The state of a file, for comparison with a later one. */
export interface Fingerprint {
  /** Different for each state of the file; empty if there is no file. */
  readonly bytes: Uint8Array;
  /** When the contents or the attributes last changed, in milliseconds since the epoch; 0 if there is no file. */
  readonly changedAt: number;
}

/**
 * The state of a regular file, following links: device, inode, owner, mode, size, and the times of its last changes.
 * A missing file is a state too. Undefined for anything else, such as a pipe, and for a file that cannot be examined:
 * the code that reads it reports the error.
 */
export function fingerprintOfFile(libc: LinuxLibc, path: string): Fingerprint | undefined {
  const stat = statx(libc, path);
  if (stat === undefined || stat === ABSENT) return stat && { bytes: ABSENT, changedAt: 0 };
  const view = new DataView(stat.buffer);
  if ((view.getUint16(28, true) & S_IFMT) !== S_IFREG) return undefined;
  const bytes = new Uint8Array(56);
  bytes.set(ownerAndMode(stat));
  bytes.set(stat.subarray(40, 48), 24);
  bytes.set(stat.subarray(96, 108), 32);
  bytes.set(stat.subarray(112, 124), 44);
  return { bytes, changedAt: Math.max(time(view, 96), time(view, 112)) };
}

/**
 * A folder's device, inode, owner and mode, following links; empty if it does not exist, undefined if it cannot be
 * examined.
 */
export function fingerprintOfFolder(libc: LinuxLibc, path: string): Uint8Array | undefined {
  const stat = statx(libc, path);
  return stat === undefined || stat === ABSENT ? stat : ownerAndMode(stat);
}

/**
 * Whether a file changed so recently that another change could leave the same time stamps ("racily clean" in git's
 * index). `changedAt` is the last change, `now` the time of the fingerprint; milliseconds since the epoch.
 */
export function isRacy(changedAt: number, now: number): boolean {
  const coarse = Number.isInteger(changedAt / 1000);
  return changedAt > now - (coarse ? COARSE_MILLISECONDS : TICK_MILLISECONDS);
}

function ownerAndMode(stat: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(24);
  bytes.set(stat.subarray(20, 24)); // uid
  bytes.set(stat.subarray(28, 30), 4); // mode
  bytes.set(stat.subarray(32, 40), 8); // inode
  bytes.set(stat.subarray(136, 144), 16); // device
  return bytes;
}

function statx(libc: LinuxLibc, path: string): Uint8Array | undefined {
  const buffer = new Uint8Array(STATX_BYTES);
  const name = cString(path);
  if (libc.call('statx', AT_FDCWD, name, AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, buffer) >= 0) return buffer;
  const errno = libc.errno();
  return errno === ENOENT || errno === ENOTDIR ? ABSENT : undefined;
}

function time(view: DataView, at: number): number {
  return Number(view.getBigInt64(at, true)) * 1000 + view.getUint32(at + 8, true) / 1e6;
}
