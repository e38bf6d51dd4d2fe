import { CliError, isCliError } from '../errors.ts';
import type { ErrorCode, ErrorKind } from '../errors.ts';
import type { Environment } from './environment.ts';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Other programs whose output we read. Never looked up in the current directory or a relative PATH entry. */
export interface Programs {
  /**
   * Runs a program without a shell. A program that a signal ends has exit code 128+n. Throws CliError `failure` with
   * code `not-found`, `not-executable`, `timeout` or `output-too-large` (1 MB).
   */
  run(command: readonly [string, ...string[]], options: ProgramOptions): Promise<ProgramResult>;
  /** Runs a command line that the user wrote in a shell (`sh -c`, `cmd /c`). Throws as `run`. */
  runShell(commandLine: string, options: ProgramOptions): Promise<ProgramResult>;
  /**
   * Runs a program that takes milliseconds, without the library that `run` loads; its stderr is dropped. Throws
   * CliError `failure` with code `not-found`, `not-executable`, or `timeout` after 5 s.
   */
  runBriefly(command: readonly [string, ...string[]], environment: Environment): Promise<ProgramResult>;
  /** The absolute path of a program. Throws CliError `failure` with code `not-found` or `not-executable`. */
  locate(name: string, environment: Environment): Promise<string>;
}

export interface ProgramOptions {
  readonly environment: Environment;
  /** No limit if unset. */
  readonly timeoutMilliseconds?: number;
  /** Its standard input; empty if neither this nor `terminalInput` is set. */
  readonly input?: string;
  /** Its standard error: ours by default. */
  readonly stderr?: 'inherit' | 'ignore';
  /** True to give it the terminal as standard input, if there is one, so that it can ask. */
  readonly terminalInput?: boolean;
  /** True to pass CCVAULT_PASSPHRASE on, which other programs do not get: it may be ccvault for another profile. */
  readonly mayOpenVault?: boolean;
}

/** The child of `exec`. */
export interface ProcessControl {
  /**
   * Records what a child inherits from our parent: descriptors, ignored signals, limits. A command that ends in
   * `become` or `run` calls it first, before files are opened and prompts change signals.
   */
  prepare(): void;
  /**
   * Checks that the command can be run, before anything is asked or called for it. Throws as `become`.
   */
  check(command: readonly [string, ...string[]], environment: Environment): void;
  /**
   * Replaces this process by the command where the runtime can, else runs it as `run`. Resolves to the exit code to
   * end with. Throws CliError `failure` with code `command-not-executable` (exit code 126) or `command-not-found`
   * (127), and `usage` for an argument that is not UTF-8.
   */
  become(command: readonly [string, ...string[]], environment: Environment): Promise<number>;
  /** Runs the command, relays signals, resolves to its exit code: 128+n if signal n killed it. Throws as `become`. */
  run(command: readonly [string, ...string[]], environment: Environment): Promise<number>;
  /** Waits for a SIGINT, SIGTERM or SIGHUP that is not ignored and resolves to the exit code to end with: 128+n. */
  untilSignal(): Promise<number>;
}

/**
 * How a program ended, as words that follow its name: `exited with code 127 (command not found)`. 126 and 127 are the
 * codes of every POSIX shell for a command that it cannot run or find.
 */
export function endedWith(exitCode: number): string {
  const reason = exitCode === 127 ? ' (command not found)' : exitCode === 126 ? ' (not executable)' : '';
  return `exited with code ${exitCode}${reason}`;
}

/**
 * The error of a setting's command line that could not be run, took too long or printed too much: the same error with
 * the setting's name in front, of the given kind. Returns any other error, that of Ctrl-C included, unchanged.
 */
export function commandFailure(
  error: unknown,
  setting: string,
  options: { readonly kind: ErrorKind; readonly code?: ErrorCode; readonly hint: string },
): unknown {
  if (!isCliError(error) || error.kind === 'interrupted') return error;
  const { kind, code } = options;
  return new CliError(kind, `${setting}: ${error.message}`, {
    ...(code === undefined ? error.codes : { code }),
    hints: [...error.hints, options.hint],
    cause: error,
  });
}
