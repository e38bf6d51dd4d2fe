import { closeSync, openSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { posix, win32 } from 'node:path';
import { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { ProgramOptions, ProgramResult, Programs } from '../../core/ports/programs.ts';
import type { Host } from '../../core/ports/system.ts';
import {
  cannotRun,
  commandNotFound,
  examine,
  FALLBACK_SHELL,
  isBareScript,
  notExecutable,
} from './find-program.ts';
import { keepIgnoredSignals } from './ignored-signals.ts';
import { windowsShell, windowsStart } from './batch-file.ts';
import { windowsEndings, windowsVariable } from './windows-program.ts';
import { errorCode } from '../system-errors.ts';
import { TERMINAL_INPUT } from '../terminal/device.ts';

const MAX_OUTPUT_BYTES = 1024 * 1024;
/** The time from SIGTERM to SIGKILL for a program that exceeds its limit, in milliseconds. */
const GRACE_MS = 1000;
const BRIEF_MS = 5000;

type Os = Host['os'];

/** Runs other programs through execa, which the first one loads; `runBriefly` does without it. */
export function createPrograms(os: Os): Programs {
  return {
    run: async ([name, ...args], options) => {
      return execute({ ...programOf(name, args, options.environment, os), shell: false }, options, os);
    },
    runShell: (commandLine, options) => {
      const shell = os === 'win32' ? windowsShell(options.environment) : '/bin/sh';
      const name = commandLine.trim().split(/\s/)[0] || shell;
      return execute({ name, file: commandLine, args: [], shell }, options, os);
    },
    runBriefly: async ([name, ...args], environment) =>
      runBriefly(programOf(name, args, environment, os), environment),
    locate: async (name, environment) => resolveProgram(name, environment, os),
  };
}

function runBriefly(
  { name, file, args, windowsVerbatimArguments }: Omit<Execution, 'shell'>,
  environment: Environment,
): ProgramResult {
  // Takes half the time of execa, most of which is its loading.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, signal, stdout, error } = spawnSync(file, args, {
    env: variablesOf(environment, {}),
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: BRIEF_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
    windowsVerbatimArguments,
  });
  if (status !== null) return { exitCode: status, stdout };
  if (signal !== null && error === undefined) return { exitCode: 128 + osConstants.signals[signal], stdout };
  const code = errorCode(error);
  if (code !== 'ETIMEDOUT') throw ofProgram(cannotRun(name, code ?? 'no reason given'));
  throw new CliError('failure', `${name} did not respond within ${BRIEF_MS / 1000} s`, { code: 'timeout' });
}

/**
 * How to start a program: through /bin/sh if it is a script without `#!`, as execvp(3) does, and through cmd.exe if
 * it is a batch file on Windows.
 */
function programOf(
  name: string,
  args: readonly string[],
  environment: Environment,
  os: Os,
): Omit<Execution, 'shell'> {
  const file = resolveProgram(name, environment, os);
  if (os === 'win32') return { name, ...windowsStart(file, args, environment) };
  if (!isBareScript(file)) return { name, file, args };
  return { name, file: FALLBACK_SHELL, args: [file, ...args] };
}

/**
 * The absolute path of a program: an absolute name as it is, a bare name from the absolute folders of PATH. The
 * current folder may be anyone's clone, so nothing is run from it: not through an empty or relative entry of PATH,
 * not through a relative name, and not, as Windows would, before PATH is searched. Throws CliError `failure` with
 * code `not-executable` if only files that are not executable were found, else `not-found`.
 */
export function resolveProgram(name: string, environment: Environment, os: Os): string {
  const path = os === 'win32' ? win32 : posix;
  const endings = os === 'win32' ? windowsEndings(name, environment) : [''];
  const bare = !name.includes('/') && !(os === 'win32' && /[\\:]/.test(name));
  if (!bare && !path.isAbsolute(name)) {
    throw new CliError('failure', `not run because its path is relative: ${name}`, {
      code: 'not-found',
      hints: ['write the absolute path of the program, or a name that is on the PATH'],
    });
  }
  const search = os === 'win32' ? windowsVariable(environment, 'PATH') : environment['PATH'];
  const folders = bare ? (search ?? '').split(path.delimiter) : [''];
  let denied = false;
  for (const folder of name === '' ? [] : folders) {
    if (bare && !path.isAbsolute(folder)) continue;
    for (const ending of endings) {
      const candidate = (bare ? path.join(folder, name) : name) + ending;
      const finding = examine(candidate);
      if (finding === 'executable') return candidate;
      denied ||= finding === 'denied';
    }
  }
  throw ofProgram(denied ? notExecutable(name) : commandNotFound(name));
}

/**
 * The error for a program that ccvault runs for itself: exit codes 126 and 127 belong to the command of `exec` alone.
 */
function ofProgram({ kind, message, code }: CliError): CliError {
  return new CliError(kind, message, {
    code: code === 'command-not-found' ? 'not-found' : 'not-executable',
  });
}

interface Execution {
  /** Its name in messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Whether `args` are already quoted; for Windows. */
  readonly windowsVerbatimArguments?: boolean;
  readonly shell: string | false;
}

async function execute(execution: Execution, options: ProgramOptions, os: Os): Promise<ProgramResult> {
  const { execa } = await import('execa');
  // While the program runs, execa listens to every signal that could end this process.
  keepIgnoredSignals();
  const { name, file, args, shell, windowsVerbatimArguments } = execution;
  const { timeoutMilliseconds } = options;
  const terminal =
    options.terminalInput === true && options.input === undefined ? openTerminal(os) : undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const subprocess = start(name, () =>
      execa(file, args, {
        shell,
        ...(windowsVerbatimArguments === undefined ? {} : { windowsVerbatimArguments }),
        env: variablesOf(options.environment, options),
        extendEnv: false,
        ...(options.input === undefined ? {} : { input: options.input }),
        stdio: [
          options.input === undefined ? (terminal ?? 'ignore') : 'pipe',
          'pipe',
          options.stderr ?? 'inherit',
        ],
        ...(timeoutMilliseconds === undefined ? {} : { timeout: timeoutMilliseconds }),
        forceKillAfterDelay: GRACE_MS,
        maxBuffer: MAX_OUTPUT_BYTES,
        stripFinalNewline: false,
        reject: false,
      }),
    );
    if (timeoutMilliseconds !== undefined) {
      // A process that the program has started may outlive it and keep its output open.
      timer = setTimeout(() => subprocess.stdout.destroy(), timeoutMilliseconds + 2 * GRACE_MS);
    }
    const result = await subprocess;
    if (result.timedOut) {
      const seconds = (timeoutMilliseconds ?? 0) / 1000;
      throw new CliError('failure', `${name} did not respond within ${seconds} s`, { code: 'timeout' });
    }
    if (result.isMaxBuffer) {
      throw new CliError('failure', `${name} printed more than 1 MB`, { code: 'output-too-large' });
    }
    if (result.exitCode !== undefined) return { exitCode: result.exitCode, stdout: result.stdout };
    if (result.signal !== undefined) {
      return { exitCode: 128 + osConstants.signals[result.signal], stdout: result.stdout };
    }
    throw ofProgram(cannotRun(name, result.code ?? 'no reason given'));
  } finally {
    clearTimeout(timer);
    if (terminal !== undefined) closeSync(terminal);
  }
}

/**
 * Starts a program through execa. On Bun, execa throws instead of returning a result if the system refuses to start
 * the program (a binary for another processor).
 */
function start<T>(name: string, spawn: () => T): T {
  try {
    return spawn();
  } catch (error) {
    throw ofProgram(cannotRun(name, errorCode(error) ?? 'no reason given'));
  }
}

/** A descriptor of the controlling terminal; undefined if there is none. */
function openTerminal(os: Os): 3 | undefined {
  try {
    const descriptor = openSync(TERMINAL_INPUT, os === 'win32' ? 'r+' : 'r');
    // execa accepts any descriptor; its types only allow those up to 9.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return descriptor as 3;
  } catch {
    return undefined;
  }
}

function variablesOf(
  environment: Environment,
  { mayOpenVault = false }: Pick<ProgramOptions, 'mayOpenVault'>,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || (name === 'CCVAULT_PASSPHRASE' && !mayOpenVault)) continue;
    variables[name] = value;
  }
  return variables;
}
