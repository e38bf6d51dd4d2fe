import { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import { withCoreDumpsAsBefore } from '../core-dumps.ts';
import { os } from '../lazy-builtins.ts';
import { variablesNotUtf8 } from './exact-bytes.ts';
import { cannotRun, FALLBACK_SHELL, findProgram } from './find-program.ts';
import { limitToPutBack, openDescriptors, SIGPIPE, SIGXFSZ } from './inheritance.ts';
import type { Inheritance, OpenFilesLimit } from './inheritance.ts';
import { openDarwinLibc, openLinuxLibc } from '../libc.ts';
import type { LinuxLibc } from '../libc.ts';

// sigaction(2)
const SIG_DFL = 0n;
const SIG_IGN = 1n;

/** A NULL-terminated array of pointers to C strings, and the bytes that they point to. */
interface CStrings {
  readonly pointers: Uint8Array;
  readonly text: Uint8Array;
}

/** Calls execve(2), which returns only on failure. Returns the name of the error (`ENOENT`). */
type Execute = (path: string, argv: readonly string[]) => string;

/**
 * Replaces this process with the command: the pid stays, nothing is left behind, and what the runtime changed is as
 * the parent left it. Resolves to false where the runtime cannot do this; never resolves otherwise. Throws CliError
 * as `findProgram` and `cannotRun` do, and `failure` for a NUL character. Call it only when nothing else is pending:
 * execve discards it.
 */
export async function becomeCommand(
  command: readonly [string, ...string[]],
  environment: Environment,
  inheritance: Inheritance,
): Promise<false> {
  const path = findProgram(command[0], environment['PATH']);
  const block = environmentBlock(environment);
  const execute = (await prepareLinux(block, inheritance)) ?? (await prepareDarwin(block));
  if (execute === undefined) {
    return false;
  }
  let error = execute(path, command);
  if (error === 'ENOEXEC') {
    error = execute(FALLBACK_SHELL, [FALLBACK_SHELL, path, ...command.slice(1)]);
  }
  throw cannotRun(command[0], error);
}

async function prepareLinux(environment: Uint8Array, inheritance: Inheritance): Promise<Execute | undefined> {
  const libc = await openLinuxLibc();
  if (libc === undefined) {
    return undefined;
  }
  return (path, argv) => {
    const limit = limitToPutBack(inheritance);
    const environmentStrings = cStrings(environment, libc.addressOf);
    const argumentStrings = cStrings(nulTerminated(argv), libc.addressOf);
    const file = nulTerminated([path]);
    keepDescriptors(libc, inheritance);
    restoreSignals(libc, inheritance.ignoredSignals);
    if (limit !== undefined) {
      setOpenFilesLimit(libc, limit);
    }
    const errno = withCoreDumpsAsBefore(() => {
      libc.call('execve', file, argumentStrings.pointers, environmentStrings.pointers);
      return libc.errno();
    });
    keepAlive(environmentStrings, argumentStrings);
    // This process goes on: a closed pipe must not end it while it reports the error.
    setSignals(libc, [SIGPIPE], SIG_IGN);
    return errorName(errno);
  };
}

// Not tested on macOS. Descriptors need no change there; the limit on open files stays as Bun raised it.
async function prepareDarwin(environment: Uint8Array): Promise<Execute | undefined> {
  const libc = await openDarwinLibc();
  if (libc === undefined) {
    return undefined;
  }
  return (path, argv) => {
    const environmentStrings = cStrings(environment, libc.addressOf);
    const argumentStrings = cStrings(nulTerminated(argv), libc.addressOf);
    libc.resetSignal(SIGPIPE);
    libc.resetSignal(SIGXFSZ);
    libc.execve(nulTerminated([path]), argumentStrings.pointers, environmentStrings.pointers);
    const error = errorName(libc.errno());
    keepAlive(environmentStrings, argumentStrings);
    return error;
  };
}

/** Clears close-on-exec, which Bun sets on every inherited descriptor. */
function keepDescriptors(libc: LinuxLibc, inheritance: Inheritance): void {
  const F_SETFD = 2;
  for (const { number } of openDescriptors(inheritance)) {
    libc.call('fcntl', number, F_SETFD, 0);
  }
}

/**
 * Restores what execve does not: Bun ignores SIGPIPE and SIGXFSZ, and a prompt's handlers may have replaced an
 * ignored disposition. execve resets handlers itself; the signal mask is left alone.
 */
function restoreSignals(libc: LinuxLibc, ignored: readonly number[]): void {
  setSignals(libc, [SIGPIPE, SIGXFSZ], SIG_DFL);
  setSignals(libc, ignored, SIG_IGN);
}

function setSignals(libc: LinuxLibc, signals: readonly number[], handler: bigint): void {
  // The kernel's struct sigaction: handler, flags, restorer, mask; 8 bytes each.
  const action = new Uint8Array(BigUint64Array.of(handler, 0n, 0n, 0n).buffer);
  const MASK_BYTES = 8;
  for (const signal of signals) {
    libc.call('rt_sigaction', signal, action, 0, MASK_BYTES);
  }
}

function setOpenFilesLimit(libc: LinuxLibc, limit: OpenFilesLimit): void {
  const RLIMIT_NOFILE = 7;
  const RLIM_INFINITY = 2n ** 64n - 1n;
  const pair = new BigUint64Array(
    [limit.soft, limit.hard].map((value) => (Number.isFinite(value) ? BigInt(value) : RLIM_INFINITY)),
  );
  libc.call('prlimit64', 0, RLIMIT_NOFILE, new Uint8Array(pair.buffer), 0);
}

function environmentBlock(environment: Environment): Uint8Array {
  const notUtf8 = variablesNotUtf8(environment);
  const entries: string[] = [];
  const exact: Uint8Array[] = [];
  for (const name of Object.keys(environment)) {
    const value = environment[name];
    const bytes = notUtf8.get(name);
    if (bytes !== undefined) {
      exact.push(bytes);
    } else if (value !== undefined) {
      entries.push(`${name}=${value}`);
    }
  }
  return nulTerminated(entries, exact);
}

/**
 * C strings, one after another, in one buffer: a `Buffer` for each would take longer than everything else here.
 * `exact` is appended as it is. Throws CliError `failure` for a string that contains a NUL character.
 */
function nulTerminated(strings: readonly string[], exact: readonly Uint8Array[] = []): Uint8Array {
  for (const text of strings) {
    if (text.includes('\0')) {
      const [start] = text.split(/[=\0]/, 1);
      throw new CliError('failure', `a NUL character cannot be passed to a command: ${start}`);
    }
  }
  const encoded = new TextEncoder().encode(strings.length === 0 ? '' : `${strings.join('\0')}\0`);
  let length = encoded.length;
  for (const bytes of exact) {
    length += bytes.length + 1;
  }
  if (length === encoded.length) {
    return encoded;
  }
  const all = new Uint8Array(length);
  all.set(encoded);
  let end = encoded.length;
  for (const bytes of exact) {
    all.set(bytes, end);
    end += bytes.length + 1;
  }
  return all;
}

function cStrings(text: Uint8Array, addressOf: (buffer: Uint8Array) => number): CStrings {
  const addresses: number[] = [];
  // An empty buffer has no address.
  const start = text.length === 0 ? 0 : addressOf(text);
  for (let at = 0; at < text.length; at = text.indexOf(0, at) + 1) {
    addresses.push(start + at);
  }
  const pointers = new BigUint64Array(addresses.length + 1);
  for (const [index, address] of addresses.entries()) {
    pointers[index] = BigInt(address);
  }
  return { pointers: new Uint8Array(pointers.buffer), text };
}

/**
 * Keeps the text referenced until after execve: the pointers refer to it by address, which the garbage collector
 * cannot see.
 */
function keepAlive(...strings: readonly CStrings[]): boolean {
  return strings.every(({ text }) => text.length >= 0);
}

function errorName(number: number): string {
  const found = Object.entries(os().constants.errno).find(([, value]) => value === number);
  return found?.[0] ?? `errno ${number}`;
}
