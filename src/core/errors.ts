/** The hint beside an error that is not a CliError. */
export const BUG_HINT =
  'this is a bug in ccvault: report it with the output of --debug at https://github.com/ccvault/ccvault/issues';

/** What went wrong, as far as the caller's exit code is concerned (docs/exit-codes in README). */
export type ErrorKind = 'failure' | 'usage' | 'config' | 'aws' | 'keystore' | 'interrupted';

const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  failure: 1,
  usage: 2,
  config: 3,
  aws: 4,
  keystore: 5,
  interrupted: 130,
};

// A brand instead of `instanceof`: it holds across bundles that carry this class twice.
const BRAND = Symbol.for('ccvault.CliError');

/** A reason that code looks at; AWS's own codes are none of these, see `awsCode`. */
export type ErrorCode =
  | 'absent'
  | 'bad-answer'
  | 'bad-credentials'
  | 'captive-portal'
  | 'changed'
  | 'circle'
  | 'clock-skew'
  // Of the command of `exec`; `not-executable` and `not-found` are of any other program.
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
  // Stands where only a file or folder of ours may.
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
  /** Lines shown after the error, each naming the one command or change that fixes it. */
  readonly hints?: readonly string[];
  readonly code?: ErrorCode;
  /** AWS's code for a refused call: `AccessDenied`. */
  readonly awsCode?: string;
  readonly cause?: unknown;
}

/**
 * An error meant for the person at the terminal: a lower-case sentence without a full stop, hints, an exit
 * code. Whatever else reaches the top of the program is a bug.
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

  /** Its reasons, for an error that wraps it. */
  get codes(): Pick<CliErrorOptions, 'code' | 'awsCode'> {
    return {
      ...(this.code === undefined ? {} : { code: this.code }),
      ...(this.awsCode === undefined ? {} : { awsCode: this.awsCode }),
    };
  }

  /** The same error with further hints after its own. */
  withHints(...hints: readonly string[]): CliError {
    return new CliError(this.kind, this.message, {
      ...this.codes,
      hints: [...this.hints, ...hints],
      cause: this,
    });
  }
}

/** True for a CliError, whichever copy of the class made it. */
export function isCliError(error: unknown): error is CliError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** The message of anything thrown, for wrapping into a CliError's sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Hints as one line: a question stays a sentence, all else is joined by semicolons. */
export function hintLine(hints: readonly string[]): string {
  return hints.reduce((line, hint) => {
    const question = line.endsWith('?');
    return question ? `${line} ${hint.charAt(0).toUpperCase()}${hint.slice(1)}` : `${line}; ${hint}`;
  });
}
