/**
 * The system calls made directly: those that the standalone runtime has no function for, and those whose `node:`
 * module takes longer to load than a run with a ready answer.
 */
type SystemCall =
  | 'fcntl'
  | 'rt_sigaction'
  | 'prlimit64'
  | 'execve'
  | 'add_key'
  | 'keyctl'
  | 'read'
  | 'write'
  | 'close'
  | 'ioctl'
  | 'getdents64'
  | 'openat'
  | 'readlinkat'
  | 'faccessat'
  | 'statx';

// From the kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl (arm64).
const SYSTEM_CALL_NUMBERS: Readonly<Record<string, Readonly<Record<SystemCall, number>>>> = {
  x64: {
    fcntl: 72,
    rt_sigaction: 13,
    prlimit64: 302,
    execve: 59,
    add_key: 248,
    keyctl: 250,
    read: 0,
    write: 1,
    close: 3,
    ioctl: 16,
    getdents64: 217,
    openat: 257,
    readlinkat: 267,
    faccessat: 269,
    statx: 332,
  },
  arm64: {
    fcntl: 25,
    rt_sigaction: 134,
    prlimit64: 261,
    execve: 221,
    add_key: 217,
    keyctl: 219,
    read: 63,
    write: 64,
    close: 57,
    ioctl: 29,
    getdents64: 61,
    openat: 56,
    readlinkat: 78,
    faccessat: 48,
    statx: 291,
  },
};

export interface LinuxLibc {
  /**
   * Makes one system call with at most five arguments and returns its result; -1 where the kernel refuses, with the
   * reason in `errno`. Buffers are passed by address and must stay referenced until the call returns.
   */
  call(name: SystemCall, ...arguments_: readonly (number | Uint8Array)[]): number;
  /** The error number of the last call, errno(3); only meaningful right after a call that failed. */
  errno(): number;
  /** A buffer's address, for structures that hold pointers. The buffer must outlive its use. */
  readonly addressOf: (buffer: Uint8Array) => number;
}

export interface DarwinLibc {
  /** Sets a signal's disposition to the default. */
  resetSignal(signal: number): void;
  /** As execve(2); returns only on failure. */
  execve(path: Uint8Array, argv: Uint8Array, envp: Uint8Array): void;
  errno(): number;
  readonly addressOf: (buffer: Uint8Array) => number;
}

let linuxLibc: Promise<LinuxLibc | undefined> | undefined;
let opened: LinuxLibc | undefined;

/**
 * The C library in the standalone build on Linux, opened once; undefined on Node, on other systems and processors,
 * and where it cannot be opened. The first call takes about 0.2 ms.
 */
export function openLinuxLibc(): Promise<LinuxLibc | undefined> {
  linuxLibc ??= process.platform === 'linux' ? openLinux() : Promise.resolve(undefined);
  return linuxLibc;
}

/** The C library if `openLinuxLibc` has opened it, for functions that cannot await. */
export function openedLinuxLibc(): LinuxLibc | undefined {
  return opened;
}

async function openLinux(): Promise<LinuxLibc | undefined> {
  const numbers = SYSTEM_CALL_NUMBERS[process.arch];
  if (process.versions.bun === undefined || numbers === undefined) {
    return undefined;
  }
  try {
    const { dlopen, FFIType, ptr, read } = await import('bun:ffi');
    // musl opens itself for any name that begins with `libc.`, so glibc's name works for both.
    const { symbols } = dlopen('libc.so.6', {
      // Variadic in C; on Linux x64 and arm64, variadic arguments are passed in the same registers as fixed ones.
      syscall: { args: ['i64', 'i64', 'i64', 'i64', 'i64', 'i64'], returns: FFIType.i64_fast },
      __errno_location: { args: [], returns: 'ptr' },
    });
    const argument = (value: number | Uint8Array | undefined): number =>
      typeof value === 'object' ? ptr(value) : (value ?? 0);
    opened = {
      call: (name, a, b, c, d, e) =>
        Number(
          symbols.syscall(numbers[name], argument(a), argument(b), argument(c), argument(d), argument(e)),
        ),
      errno: () => {
        const location = symbols.__errno_location();
        return location === null ? 0 : read.i32(location, 0);
      },
      addressOf: (buffer) => ptr(buffer),
    };
    return opened;
  } catch {
    return undefined;
  }
}

/**
 * As `openLinuxLibc`, for macOS, where only the functions of libSystem are stable, not the system calls. Not cached.
 */
export async function openDarwinLibc(): Promise<DarwinLibc | undefined> {
  if (process.platform !== 'darwin' || process.versions.bun === undefined) {
    return undefined;
  }
  try {
    const { dlopen, ptr, read } = await import('bun:ffi');
    const { symbols } = dlopen('libSystem.B.dylib', {
      signal: { args: ['i32', 'u64'], returns: 'u64' },
      execve: { args: ['ptr', 'ptr', 'ptr'], returns: 'i32' },
      __error: { args: [], returns: 'ptr' },
    });
    const SIG_DFL = 0;
    return {
      resetSignal: (signal) => void symbols.signal(signal, SIG_DFL),
      execve: (path, argv, envp) => void symbols.execve(path, argv, envp),
      errno: () => {
        const location = symbols.__error();
        return location === null ? 0 : read.i32(location, 0);
      },
      addressOf: (buffer) => ptr(buffer),
    };
  } catch {
    return undefined;
  }
}
