import { CliError } from '../../core/errors.ts';
import { cString } from '../c-string.ts';
import { fs } from '../lazy-builtins.ts';
import { openedLinuxLibc } from '../libc.ts';
import type { LinuxLibc } from '../libc.ts';
import { errorCode } from '../system-errors.ts';

// What execvp(3) searches without PATH: confstr(_CS_PATH) of glibc and musl.
const DEFAULT_SEARCH_PATH = '/bin:/usr/bin';

// include/uapi/linux/stat.h, fcntl.h, unistd.h
const AT_FDCWD = -100;
const STATX_TYPE = 1;
const STATX_MODE_AT = 28;
const STATX_BYTES = 256;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const X_OK = 1;
const EACCES = 13;

type Finding = 'executable' | 'denied' | 'unsearchable' | 'missing';

/** What is at a path, with the eyes of execvp(3). */
export function examine(path: string): Finding {
  const libc = openedLinuxLibc();
  return libc === undefined ? examineByFs(path) : examineByCalls(libc, path);
}

function examineByCalls(libc: LinuxLibc, path: string): Finding {
  const name = cString(path);
  const stat = new Uint8Array(STATX_BYTES);
  if (libc.call('statx', AT_FDCWD, name, 0, STATX_TYPE, stat) < 0) {
    return libc.errno() === EACCES ? 'unsearchable' : 'missing';
  }
  if ((new DataView(stat.buffer).getUint16(STATX_MODE_AT, true) & S_IFMT) !== S_IFREG) {
    return 'denied';
  }
  return libc.call('faccessat', AT_FDCWD, name, X_OK) < 0 ? 'denied' : 'executable';
}

function examineByFs(path: string): Finding {
  try {
    const stat = fs().statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) {
      return 'missing';
    }
    if (!stat.isFile()) {
      return 'denied';
    }
  } catch (error) {
    return errorCode(error) === 'EACCES' ? 'unsearchable' : 'missing';
  }
  try {
    fs().accessSync(path, fs().constants.X_OK);
    return 'executable';
  } catch {
    return 'denied';
  }
}

/**
 * The file that execvp(3) would run for a command: a name with a slash as it is, any other from the first
 * folder of `searchPath` (a PATH; an empty entry is the current folder) that has it and lets us run it. One
 * thing is as in the shells: a folder that may not be searched is passed over, and does not turn a command that
 * is nowhere into "permission denied".
 * Throws CliError `failure` with code `command-not-executable` where there is one that may not be run, else `command-not-found`.
 */
export function findProgram(name: string, searchPath: string | undefined): string {
  const candidates = name.includes('/')
    ? [name]
    : (searchPath ?? DEFAULT_SEARCH_PATH)
        .split(':')
        .map((folder) => `${folder === '' ? '.' : folder}/${name}`);
  let denied = false;
  for (const candidate of name === '' ? [] : candidates) {
    const finding = examine(candidate);
    if (finding === 'executable') {
      return candidate;
    }
    denied ||= finding === 'denied' || (finding === 'unsearchable' && candidate === name);
  }
  throw denied ? notExecutable(name) : commandNotFound(name);
}

/** What execvp(3) gives a file to that may be run and is of no format the kernel knows: a script without `#!`. */
export const FALLBACK_SHELL = '/bin/sh';

/** For a command that is not there: the shells' 127. */
export function commandNotFound(name: string): CliError {
  return new CliError('failure', `command not found: ${name}`, { code: 'command-not-found' });
}

/** For a command that may not be run: the shells' 126. */
export function notExecutable(name: string): CliError {
  return new CliError('failure', `not executable: ${name}`, { code: 'command-not-executable' });
}

/** The error for a program that was found and could not be run; `code` is the system's, as in errno(3). */
export function cannotRun(name: string, code: string): CliError {
  switch (code) {
    case 'ENOENT':
      // The file is there and may be run: what is missing is what its first line names.
      return new CliError('failure', `cannot run ${name}: the interpreter it names is missing`, {
        code: 'command-not-executable',
      });
    case 'EACCES':
    case 'EPERM':
      return notExecutable(name);
    case 'ENOEXEC':
      return new CliError('failure', `cannot run ${name}: it is no program for this system`, {
        code: 'command-not-executable',
      });
    case 'E2BIG':
      return new CliError('failure', `arguments and environment are too long for the system: ${name}`, {
        code: 'command-not-executable',
      });
    default:
      return new CliError('failure', `cannot run ${name} (${code})`, { code: 'command-not-executable' });
  }
}

// What the kernel reads of a script to find its interpreter (BINPRM_BUF_SIZE).
const START_BYTES = 256;

/**
 * Throws the error that execve(2) would give for a script whose first line names an interpreter that is not there, for a
 * command that something else executes in our place.
 */
export function checkInterpreter(name: string, path: string): void {
  const interpreter = /^#![ \t]*(\S+)/.exec(startOf(path) ?? '')?.[1];
  if (interpreter !== undefined && examine(interpreter) === 'missing') throw cannotRun(name, 'ENOENT');
}

/**
 * Whether a file is text without a line that names its interpreter, told as the shells tell it: no NUL character. An
 * empty one is; one that cannot be read is taken for a program.
 */
export function isBareScript(path: string): boolean {
  const start = startOf(path);
  return start !== undefined && !start.startsWith('#!') && !start.includes('\0');
}

function startOf(path: string): string | undefined {
  try {
    const descriptor = fs().openSync(path, 'r');
    try {
      const bytes = new Uint8Array(START_BYTES);
      const length = fs().readSync(descriptor, bytes);
      return new TextDecoder().decode(bytes.subarray(0, length));
    } finally {
      fs().closeSync(descriptor);
    }
  } catch {
    // A program may be executable and not readable; a script then cannot be run anyway.
    return undefined;
  }
}
