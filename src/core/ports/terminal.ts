import type { PromptName } from '../prompts.ts';

/**
 * The program's voice. Data goes to standard output and either arrives or throws; everything else goes to
 * standard error, one prefixed line each, with control and bidirectional characters escaped.
 */
export interface Output {
  /** Throws CliError `failure` when the bytes did not arrive (full disk, closed pipe). */
  data(text: string | Uint8Array): void;
  info(message: string): void;
  /** Writes to standard error without the `ccvault:` prefix: for help that was not asked for. */
  plain(line: string): void;
  warning(message: string): void;
  error(message: string): void;
  hint(message: string): void;
  /** Shown under --debug only, with the milliseconds since the start; a function is not called elsewhere. Never a secret. */
  debug(message: string | (() => string)): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** The columns of this stream: those of its terminal, 80 if it is not a terminal. */
  columns(stream: 'stdout' | 'stderr'): number;
  /** Whether a text for this stream may have colours: on a terminal that knows them, without NO_COLOR. */
  colours(stream: 'stdout' | 'stderr'): boolean;
  /** Whether the locale's characters are Unicode's: marks that are not ASCII can be shown. */
  readonly isUnicode: boolean;
  /** A line that a terminal redraws, or shows once where it cannot; left out elsewhere. */
  progress(message: string): void;
  clearProgress(): void;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** What else there is to know of it, a cell a column. */
  readonly details?: readonly string[];
}

/** The columns of choices with details: the heading of the label first. */
export interface ChoiceColumns {
  readonly headings: readonly string[];
  /** Headings of the columns that give way on a narrow terminal, the first to go first. */
  readonly givesWay: readonly string[];
}

/** The questions a person can be asked. Each throws CliError `interrupted` on Ctrl-C and for a window that is closed. */
export interface Questions {
  ask(question: string): Promise<string>;
  askHidden(question: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
  /** The value of one of the choices, which are at least one; the first is offered. */
  choose(question: string, choices: readonly Choice[], columns?: ChoiceColumns): Promise<string>;
}

/**
 * The person, reached through the controlling terminal, or through a window where that is chosen or there is no terminal;
 * never through stdin or stdout.
 */
export interface Terminal extends Questions {
  /** How the person is to be asked, by `--prompt` or CCVAULT_PROMPT. Throws CliError `usage` where that names no way. */
  prompt(): PromptName;
  /** Why no prompt is possible, in words that follow "but"; undefined if one is. Checked before asking. */
  unavailable(): Promise<string | undefined>;
}
