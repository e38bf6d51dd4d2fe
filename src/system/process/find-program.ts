import { CliError } from '../../core/errors.ts';
import { cString } from '../c-string.ts';
import { fs } from '../lazy-builtins.ts';
import { openedLinuxLibc } from '../libc.ts';
import type { LinuxLibc } from '../libc.ts';
import { errorCode } from '../system-errors.ts';

// What glibc's execvp(3) searches without PATH: confstr(_CS_PATH).
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

/** What execvp(3) finds at a path: `unsearchable` where a folder on the way denies access. */
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
 * The file that execvp(3) would run for a command: a name with a slash as it is, any other from the first folder of
 * `searchPath` (a PATH; an empty entry is the current folder) that has it as an executable file. As in the shells,
 * and unlike execvp, a folder that may not be searched is skipped and does not turn "not found" into "permission
 * denied". Throws CliError `failure` with code `command-not-executable` if only files that are not executable were
 * found, else `command-not-found`.
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

/**
 * Runs an executable file in a format that the kernel does not know, such as a script without `#!`, as in execvp(3).
 */
export const FALLBACK_SHELL = '/bin/sh';

/** The error for a command that does not exist; exit code 127, as in the shells. */
export function commandNotFound(name: string): CliError {
  return new CliError('failure', `command not found: ${name}`, { code: 'command-not-found' });
}

/** The error for a command that is not executable; exit code 126, as in the shells. */
export function notExecutable(name: string): CliError {
  return new CliError('failure', `not executable: ${name}`, { code: 'command-not-executable' });
}

/** The error for a program that was found but could not be run; `code` is a name of errno(3). */
export function cannotRun(name: string, code: string): CliError {
  switch (code) {
    case 'ENOENT':
      // The file exists: what is missing is the interpreter that its first line or its ELF header names.
      return new CliError('failure', `cannot run ${name}: the interpreter it names is missing`, {
        code: 'command-not-executable',
      });
    case 'EACCES':
    case 'EPERM':
      return notExecutable(name);
    case 'ENOEXEC':
      return new CliError('failure', `cannot run ${name}: it is not a program for this system`, {
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

// How much of a script the kernel reads to find its interpreter (BINPRM_BUF_SIZE).
const START_BYTES = 256;

/**
 * Throws the error that execve(2) would return for a script whose interpreter is missing; for a command that another
 * program executes on our behalf. `name` is for the message.
 */
export function checkInterpreter(name: string, path: string): void {
  const interpreter = /^#![ \t]*(\S+)/.exec(startOf(path) ?? '')?.[1];
  if (interpreter !== undefined && examine(interpreter) === 'missing') throw cannotRun(name, 'ENOENT');
}

/**
 * Whether a file is a script without `#!`, by the rule of the shells: it contains no NUL character. True for an empty
 * file, false for one that cannot be read.
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
    // A program may be executable but not readable; a script must be readable.
    return undefined;
  }
}
