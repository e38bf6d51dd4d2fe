import { cString } from '../c-string.ts';
import { openedLinuxLibc } from '../libc.ts';
import type { LinuxLibc } from '../libc.ts';
import { fs } from '../lazy-builtins.ts';

// include/uapi/linux/fcntl.h and asm-generic/fcntl.h
const AT_FDCWD = -100;
const O_CLOEXEC = 0o2000000;
const BUFFER_BYTES = 2048;

// Decodes any bytes: the callers only search for ASCII, and a part may end inside a character.
const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();

// Reads /proc on the path of a cached session, by system calls where the C library is open: loading `node:fs` takes
// Bun longer than all of them. Each function throws an Error if there is nothing to read.

/** The text of a file in /proc, decoded as Latin-1. */
export function readProc(path: string): string {
  const libc = openedLinuxLibc();
  if (libc === undefined) return fs().readFileSync(path, 'latin1');
  const chunks: string[] = [];
  readInParts(libc, 'read', path, (bytes) => {
    chunks.push(latin1.decode(bytes));
  });
  return chunks.join('');
}

/** The names in a folder in /proc, without `.` and `..`. */
export function namesInProc(path: string): string[] {
  const libc = openedLinuxLibc();
  if (libc === undefined) return fs().readdirSync(path);
  const names: string[] = [];
  // getdents64(2), struct linux_dirent64: 8 bytes inode, 8 offset, 2 length of the entry, 1 type, then the name.
  readInParts(libc, 'getdents64', path, (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let at = 0; at < bytes.length; at += view.getUint16(at + 16, true)) {
      const name = bytes.subarray(at + 19, bytes.indexOf(0, at + 19));
      names.push(latin1.decode(name));
    }
  });
  return names.filter((name) => name !== '.' && name !== '..');
}

/** The target of a link in /proc. */
export function linkInProc(path: string): string {
  const libc = openedLinuxLibc();
  if (libc === undefined) return fs().readlinkSync(path);
  const buffer = new Uint8Array(BUFFER_BYTES);
  const length = libc.call('readlinkat', AT_FDCWD, cString(path), buffer, buffer.length);
  if (length < 0) throw new Error(`no link: ${path}`);
  return utf8.decode(buffer.subarray(0, length));
}

function readInParts(
  libc: LinuxLibc,
  call: 'read' | 'getdents64',
  path: string,
  take: (bytes: Uint8Array) => void,
): void {
  const descriptor = libc.call('openat', AT_FDCWD, cString(path), O_CLOEXEC);
  if (descriptor < 0) throw new Error(`cannot read ${path}`);
  const buffer = new Uint8Array(BUFFER_BYTES);
  let length = 0;
  while ((length = libc.call(call, descriptor, buffer, buffer.length)) > 0) take(buffer.subarray(0, length));
  libc.call('close', descriptor);
  if (length < 0) throw new Error(`cannot read ${path}`);
}
