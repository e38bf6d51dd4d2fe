import type { PromptName } from '../prompts.ts';

/**
 * The program's output. Data goes to standard output, in full or with an error; everything else goes to standard
 * error, a line with the `ccvault:` prefix each, with control and bidirectional characters escaped.
 */
export interface Output {
  /** Throws CliError `failure` if not all bytes could be written (full disk, closed pipe). */
  data(text: string | Uint8Array): void;
  info(message: string): void;
  /** Writes a line to standard error without the prefix. */
  plain(line: string): void;
  warning(message: string): void;
  error(message: string): void;
  hint(message: string): void;
  /** Shown with --debug only, with the milliseconds since the start. A function is called only then. Never a secret. */
  debug(message: string | (() => string)): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** The columns of the stream's terminal; 80 if it is not a terminal, or its size is not set. */
  columns(stream: 'stdout' | 'stderr'): number;
  /** True if text for the stream may have colours: on a terminal that supports them, without NO_COLOR. */
  colours(stream: 'stdout' | 'stderr'): boolean;
  /** True if the locale's encoding is UTF-8: symbols beyond ASCII can be shown. */
  readonly isUnicode: boolean;
  /** A line that is redrawn in place. A terminal that cannot redraw shows the first one only, anything else none. */
  progress(message: string): void;
  clearProgress(): void;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** More cells of the row, one a column. */
  readonly details?: readonly string[];
}

/** The columns of choices with details. The heading of the label comes first. */
export interface ChoiceColumns {
  readonly headings: readonly string[];
  /** Headings of the columns to drop on a narrow terminal, in the order in which they go. */
  readonly givesWay: readonly string[];
}

/** Questions to the user. Each throws CliError `interrupted` on Ctrl-C and for a dialog that is closed. */
export interface Questions {
  ask(question: string): Promise<string>;
  askHidden(question: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
  /** The value of the chosen one of at least one choice; the first is preselected. */
  choose(question: string, choices: readonly Choice[], columns?: ChoiceColumns): Promise<string>;
}

/**
 * Prompts on the controlling terminal, or in a dialog if one was chosen or there is no terminal; never on standard
 * input or standard output.
 */
export interface Terminal extends Questions {
  /** The prompt that `--prompt` or CCVAULT_PROMPT chooses. Throws CliError `usage` for an unknown name. */
  prompt(): PromptName;
  /** Why no prompt is possible, in words that follow "but"; undefined if one is. Check it before asking. */
  unavailable(): Promise<string | undefined>;
}
