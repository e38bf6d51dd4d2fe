import { CliError, isCliError } from '../errors.ts';
import type { ErrorCode, ErrorKind } from '../errors.ts';
import type { Environment } from './environment.ts';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Other programs whose output we read. Never found through the current directory or a relative PATH entry. */
export interface Programs {
  /**
   * Runs a program without a shell; its stderr is ours. Throws CliError `failure` with code `not-found`,
   * `timeout` or `output-too-large`.
   */
  run(command: readonly [string, ...string[]], options: ProgramOptions): Promise<ProgramResult>;
  /** Runs a line the user wrote through the user's shell (`sh -c`, `cmd /c`). */
  runShell(commandLine: string, options: ProgramOptions): Promise<ProgramResult>;
  /**
   * Runs a program that ends within milliseconds, without the library that `run` loads; its stderr is dropped.
   * Throws CliError `failure` with code `not-found`, or `timeout` after five seconds.
   */
  runBriefly(command: readonly [string, ...string[]], environment: Environment): Promise<ProgramResult>;
  /** The absolute path of a program, for `ProcessControl`. Throws CliError `failure` with code `not-found`. */
  locate(name: string, environment: Environment): Promise<string>;
}

export interface ProgramOptions {
  readonly environment: Environment;
  readonly timeoutMilliseconds?: number;
  readonly input?: string;
  /** Where its stderr goes: to ours by default. */
  readonly stderr?: 'inherit' | 'ignore';
  /** Give it the terminal as stdin where there is one, so that it can ask. */
  readonly terminalInput?: boolean;
  /** Leave it `CCVAULT_PASSPHRASE`, which no other program gets: it may be ccvault for another profile of the vault. */
  readonly mayOpenVault?: boolean;
}

/** The child of `exec`. */
export interface ProcessControl {
  /**
   * Takes stock of what the parent left for a child: descriptors, ignored signals, limits. A command that ends in
   * `become` or `run` calls it first, before files are opened and prompts change signals.
   */
  prepare(): void;
  /**
   * Whether the command can be run at all, before anything is asked or called for it. Throws as `become`, and CliError
   * `usage` for an argument that is not UTF-8.
   */
  check(command: readonly [string, ...string[]], environment: Environment): void;
  /**
   * Becomes the command where the runtime can, else runs it to its end. Resolves to the exit code to end with.
   * Throws CliError with code `command-not-executable` (126) or `command-not-found` (127).
   */
  become(command: readonly [string, ...string[]], environment: Environment): Promise<number>;
  /** Runs the command and waits, relaying signals: 128+n when signal n killed it. Throws as `become`. */
  run(command: readonly [string, ...string[]], environment: Environment): Promise<number>;
  /** Waits for SIGINT, SIGTERM or SIGHUP and gives the exit code to end with: 130, 143 or 129. */
  untilSignal(): Promise<number>;
}

/**
 * How a program ended, as words that follow its name: `exited with code 127 (command not found)`. The two codes are what
 * every POSIX shell gives for a command that it cannot find or run.
 */
export function endedWith(exitCode: number): string {
  const reason = exitCode === 127 ? ' (command not found)' : exitCode === 126 ? ' (not executable)' : '';
  return `exited with code ${exitCode}${reason}`;
}

/**
 * The error of a setting's command line that could not be run, took too long or printed too much, with the name of the
 * setting in front; any other error, Ctrl-C among them, as it is.
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
