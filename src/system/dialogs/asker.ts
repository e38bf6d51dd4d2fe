import type { Questions } from '../../core/ports/terminal.ts';

/** What asks a person, chosen once. */
export interface Asker {
  /** As words for `--debug`. */
  readonly means: string;
  /** Why it cannot ask, as words that follow "but". */
  readonly unavailable?: string;
  readonly questions: Questions;
}
