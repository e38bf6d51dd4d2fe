/** The hint after an error that is not a CliError. */
export const BUG_HINT =
  'this is a bug in ccvault: report it with the output of --debug at https://github.com/ccvault/ccvault/issues';

/** The kind of an error, which decides the exit code (docs/configuration.md, "Exit codes"). */
export type ErrorKind = 'failure' | 'usage' | 'config' | 'aws' | 'keystore' | 'interrupted';

const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  failure: 1,
  usage: 2,
  config: 3,
  aws: 4,
  keystore: 5,
  interrupted: 130,
};

// A brand, because `instanceof` fails where two bundles each have a copy of this class.
const BRAND = Symbol.for('ccvault.CliError');

/** A reason that callers test for. AWS's own codes are in `awsCode`. */
export type ErrorCode =
  | 'absent'
  | 'bad-answer'
  | 'bad-credentials'
  | 'captive-portal'
  | 'changed'
  | 'circle'
  | 'clock-skew'
  // For the command of `exec`; `not-executable` and `not-found` are for any other program.
  | 'command-not-executable'
  | 'command-not-found'
  | 'damaged'
  | 'denied'
  | 'ended'
  | 'locked'
  | 'mfa-device'
  | 'mfa-refused'
  | 'missing'
  | 'network'
  | 'no-code'
  | 'no-home'
  | 'no-credentials'
  | 'no-policy'
  | 'no-terminal'
  | 'not-a-user'
  | 'not-executable'
  | 'not-found'
  | 'not-listed'
  // Something else is in the place of a file or folder of the vault.
  | 'not-ours'
  | 'output-too-large'
  | 'process-failed'
  | 'prompt-impossible'
  | 'refused'
  | 'renewing'
  | 'root-key'
  | 'sign-in-failed'
  | 'sign-in-needed'
  | 'sign-in-refused'
  | 'timeout'
  | 'tls'
  | 'two-keys'
  | 'unavailable'
  | 'wrong-passphrase';

export interface CliErrorOptions {
  /** Shown after the error; each names a command or a change that fixes it. */
  readonly hints?: readonly string[];
  readonly code?: ErrorCode;
  /** AWS's error code for a refused call: `AccessDenied`. */
  readonly awsCode?: string;
  readonly cause?: unknown;
}

/**
 * An error for the user: a lower-case sentence without a full stop, with hints and an exit code. Any other error that
 * reaches the top of the program is a bug.
 */
export class CliError extends Error {
  readonly kind: ErrorKind;
  readonly hints: readonly string[];
  readonly code: ErrorCode | undefined;
  readonly awsCode: string | undefined;
  readonly [BRAND] = true;

  constructor(kind: ErrorKind, message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliError';
    this.kind = kind;
    this.hints = options.hints ?? [];
    this.code = options.code;
    this.awsCode = options.awsCode;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }

  /** Its codes, for an error that wraps it. */
  get codes(): Pick<CliErrorOptions, 'code' | 'awsCode'> {
    return {
      ...(this.code === undefined ? {} : { code: this.code }),
      ...(this.awsCode === undefined ? {} : { awsCode: this.awsCode }),
    };
  }

  /** A copy with more hints after its own, and this error as the cause. */
  withHints(...hints: readonly string[]): CliError {
    return new CliError(this.kind, this.message, {
      ...this.codes,
      hints: [...this.hints, ...hints],
      cause: this,
    });
  }
}

/** True for a CliError from any copy of the class. */
export function isCliError(error: unknown): error is CliError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** The message of anything thrown, for use in a CliError's sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Joins one or more hints into a line: by semicolons, except that a question stays a sentence of its own. */
export function hintLine(hints: readonly string[]): string {
  return hints.reduce((line, hint) => {
    const question = line.endsWith('?');
    return question ? `${line} ${hint.charAt(0).toUpperCase()}${hint.slice(1)}` : `${line}; ${hint}`;
  });
}
