import { Buffer } from 'node:buffer';
import { constants } from 'node:os';
import { CliError } from '../core/errors.ts';
import type { Environment } from '../core/ports.ts';
import { variablesNotUtf8 } from './exact-bytes.ts';
import { cannotRun, FALLBACK_SHELL, findProgram } from './find-program.ts';
import { limitToPutBack, openDescriptors } from './inheritance.ts';
import type { Inheritance, OpenFilesLimit } from './inheritance.ts';
import { openDarwinLibc, openLinuxLibc } from './libc.ts';
import type { LinuxLibc } from './libc.ts';

/** A NULL-terminated array of pointers to C strings, and the bytes they point into. */
interface CStrings {
  readonly pointers: Uint8Array;
  readonly text: Uint8Array;
}

/** What execve(2) is called through: gives the name of the error, for it returns only on failure. */
type Execute = (path: string, argv: readonly string[]) => string;

/**
 * Replaces this process by the command: same pid, nothing left behind, and what the runtime changed put back
 * as the parent had left it. Resolves to false where the runtime cannot; otherwise never resolves. Throws
 * CliError as `findProgram` and `cannotRun` do. Nothing may be running beside it: it is cut off.
 */
export async function becomeCommand(
  command: readonly [string, ...string[]],
  environment: Environment,
  inheritance: Inheritance,
): Promise<false> {
  const path = findProgram(command[0], environment['PATH']);
  const entries = environmentEntries(environment);
  const execute = (await prepareLinux(entries, inheritance)) ?? (await prepareDarwin(entries));
  if (execute === undefined) {
    return false;
  }
  let error = execute(path, command);
  if (error === 'ENOEXEC') {
    error = execute(FALLBACK_SHELL, [FALLBACK_SHELL, path, ...command.slice(1)]);
  }
  // The file is there and may be run: what is missing is what its first line names.
  throw error === 'ENOENT'
    ? new CliError('failure', `cannot run ${command[0]}: the interpreter it names is missing`, {
        code: 'not-executable',
      })
    : cannotRun(command[0], error);
}

async function prepareLinux(
  entries: readonly Uint8Array[],
  inheritance: Inheritance,
): Promise<Execute | undefined> {
  const libc = await openLinuxLibc();
  if (libc === undefined) {
    return undefined;
  }
  return (path, argv) => {
    const limit = limitToPutBack(inheritance);
    const environmentStrings = cStrings(entries, libc.addressOf);
    const argumentStrings = cStrings(argv.map(encode), libc.addressOf);
    const file = Buffer.from(`${path}\0`);
    keepDescriptors(libc, inheritance);
    setSignals(libc, inheritance.ignoredSignals);
    if (limit !== undefined) {
      setOpenFilesLimit(libc, limit);
    }
    libc.call('execve', file, argumentStrings.pointers, environmentStrings.pointers);
    const error = errorName(libc.errno());
    keepAlive(environmentStrings, argumentStrings);
    return error;
  };
}

// Untried on a Mac. Descriptors need nothing there; the limit on open files stays as Bun raised it.
async function prepareDarwin(entries: readonly Uint8Array[]): Promise<Execute | undefined> {
  const libc = await openDarwinLibc();
  if (libc === undefined) {
    return undefined;
  }
  return (path, argv) => {
    const environmentStrings = cStrings(entries, libc.addressOf);
    const argumentStrings = cStrings(argv.map(encode), libc.addressOf);
    libc.resetSignal(constants.signals.SIGPIPE);
    libc.resetSignal(constants.signals.SIGXFSZ);
    libc.execve(Buffer.from(`${path}\0`), argumentStrings.pointers, environmentStrings.pointers);
    const error = errorName(libc.errno());
    keepAlive(environmentStrings, argumentStrings);
    return error;
  };
}

/** Bun sets close-on-exec on everything inherited. */
function keepDescriptors(libc: LinuxLibc, inheritance: Inheritance): void {
  const F_SETFD = 2;
  for (const { number } of openDescriptors(inheritance)) {
    libc.call('fcntl', number, F_SETFD, 0);
  }
}

/**
 * Bun ignores SIGPIPE and SIGXFSZ, and a prompt's handlers may have taken the place of an ignored signal.
 * Handlers themselves go at execve; the signal mask is left alone.
 */
function setSignals(libc: LinuxLibc, ignored: readonly number[]): void {
  // struct sigaction of the kernel: handler, flags, restorer, mask; 8 bytes each. SIG_DFL is 0, SIG_IGN 1.
  const action = new BigUint64Array(4);
  const bytes = new Uint8Array(action.buffer);
  const MASK_BYTES = 8;
  const { SIGPIPE, SIGXFSZ } = constants.signals;
  for (const signal of [SIGPIPE, SIGXFSZ]) {
    libc.call('rt_sigaction', signal, bytes, 0, MASK_BYTES);
  }
  action[0] = 1n;
  for (const signal of ignored) {
    libc.call('rt_sigaction', signal, bytes, 0, MASK_BYTES);
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

function environmentEntries(environment: Environment): Uint8Array[] {
  const notUtf8 = variablesNotUtf8(environment);
  const entries: Uint8Array[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) {
      entries.push(notUtf8.get(name) ?? encode(`${name}=${value}`));
    }
  }
  return entries;
}

function encode(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.includes(0)) {
    const [name] = text.split('=', 1);
    throw new CliError(
      'failure',
      `a command cannot be given a NUL character, as in ${name?.split('\0', 1)[0]}`,
    );
  }
  return bytes;
}

function cStrings(strings: readonly Uint8Array[], addressOf: (buffer: Uint8Array) => number): CStrings {
  const NUL = new Uint8Array(1);
  const text = Buffer.concat(strings.flatMap((string) => [string, NUL]).concat(NUL));
  const pointers = new BigUint64Array(strings.length + 1);
  let address = addressOf(text);
  for (const [index, string] of strings.entries()) {
    pointers[index] = BigInt(address);
    address += string.length + 1;
  }
  return { pointers: new Uint8Array(pointers.buffer), text };
}

/** The pointers refer to the text by address only, which the collector cannot see. */
function keepAlive(...strings: readonly CStrings[]): boolean {
  return strings.every(({ text }) => text.length > 0);
}

function errorName(number: number): string {
  const found = Object.entries(constants.errno).find(([, value]) => value === number);
  return found?.[0] ?? `errno ${number}`;
}
