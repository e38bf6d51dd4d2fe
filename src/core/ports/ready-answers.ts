import type { Credentials } from '../credentials.ts';

/** What a run with a cached session hands out, kept so that the next run need not work it out again. */
export interface ReadyAnswer {
  readonly profile: string;
  readonly region: string | undefined;
  readonly credentials: Credentials;
  /** The names of the policies that the credentials are narrowed to; undefined where they are not. */
  readonly policy: string | undefined;
  /** What the run says on standard error before it hands the credentials out. */
  readonly messages: readonly Message[];
}

export interface Message {
  readonly kind: 'info' | 'warning' | 'hint';
  readonly text: string;
}

/** An answer with what it depends on beyond its question. */
export interface KeptAnswer extends ReadyAnswer {
  /** Milliseconds since the epoch from which on the session may no longer be used without a further look. */
  readonly usableUntil: number;
  /** The kernel's name of the session key: without that key a run would have to ask the backend. */
  readonly sessionKey: string;
  /** The session file that the credentials were read from. */
  readonly sessionFile: string;
}

/** What is asked: the same question over the same files and environment has the same answer. */
export interface ReadyQuestion {
  readonly answer: ReadyAnswer | undefined;
  /**
   * Keeps what the question led to. Best effort: nothing is kept where a file may have changed since the question was
   * asked, or within the clock's granularity before.
   */
  keep(answer: KeptAnswer): void;
}

export interface QuestionFiles {
  /** Files of which every change counts: contents, owner, mode, being there at all. */
  readonly contents: readonly string[];
  /** Folders of which owner and mode count. */
  readonly folders: readonly string[];
}

export interface ReadyAnswers {
  /**
   * Looks an answer up. `words` is everything of the command line that shapes the answer; the environment is used as
   * it is. Undefined where no answer can be kept, whatever the question.
   */
  ask(words: readonly (string | number | boolean | null)[], files: QuestionFiles): ReadyQuestion | undefined;
  /** Forgets all answers. */
  clear(): void;
}
