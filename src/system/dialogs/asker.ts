import type { Questions } from '../../core/ports/terminal.ts';

/** The way in which the user is asked, chosen once for each process. */
export interface Asker {
  /** In words, for `--debug`: `on the terminal`. */
  readonly means: string;
  /** Why it cannot ask, to follow "but": `no terminal is available`. */
  readonly unavailable?: string;
  readonly questions: Questions;
}
