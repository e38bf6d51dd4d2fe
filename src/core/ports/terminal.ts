/**
 * The program's voice. Data goes to standard output and either arrives or throws; everything else goes to
 * standard error, one prefixed line each, with control and bidirectional characters escaped.
 */
export interface Output {
  /** Throws CliError `failure` when the bytes did not arrive (full disk, closed pipe). */
  data(text: string | Uint8Array): void;
  info(message: string): void;
  /** A line of standard error without the program's name before it: for help that nobody asked for. */
  plain(line: string): void;
  warning(message: string): void;
  error(message: string): void;
  hint(message: string): void;
  /** Shown under --debug only. */
  debug(message: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** How many columns a text for this stream may take: those of its terminal, 80 where it is none. */
  columns(stream: 'stdout' | 'stderr'): number;
  /** A line that a terminal redraws, or shows once where it cannot; left out elsewhere. */
  progress(message: string): void;
  clearProgress(): void;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/**
 * The person, reached through the controlling terminal and never through stdin or stdout. Every method throws
 * CliError `interrupted` on Ctrl-C.
 */
export interface Terminal {
  /** Why nobody can be asked, as words that follow "but"; undefined where somebody can. Looked at before asking. */
  unavailable(): Promise<string | undefined>;
  ask(question: string): Promise<string>;
  askHidden(question: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
  choose(question: string, choices: readonly Choice[]): Promise<string>;
}
