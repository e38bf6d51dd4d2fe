import type { Credentials } from '../credentials.ts';

/** The output of a run with a cached session, kept so that the next run does not have to work it out again. */
export interface ReadyAnswer {
  readonly profile: string;
  readonly region: string | undefined;
  readonly credentials: Credentials;
  /** The names of the session policies of the credentials; undefined if they are not narrowed. */
  readonly policy: string | undefined;
  /** Printed to standard error before the credentials are handed out. */
  readonly messages: readonly Message[];
}

export interface Message {
  readonly kind: 'info' | 'warning' | 'hint';
  readonly text: string;
}

/** An answer, with what its validity depends on besides the question. */
export interface KeptAnswer extends ReadyAnswer {
  /** When the session has to be looked at again before use, in milliseconds since the epoch. */
  readonly usableUntil: number;
  /** The description of the session key in the kernel keyring: without that key a run has to ask the backend. */
  readonly sessionKey: string;
  /** The session file that the credentials were read from. */
  readonly sessionFile: string;
}

/** A question: with the same words, files and environment it has the same answer. */
export interface ReadyQuestion {
  readonly answer: ReadyAnswer | undefined;
  /**
   * Keeps the answer to the question. Best effort: keeps nothing if a file has changed since the question was asked,
   * or so shortly before that its time stamp could not tell.
   */
  keep(answer: KeptAnswer): void;
}

export interface QuestionFiles {
  /** Files of which every change matters: contents, owner, mode, existence. */
  readonly contents: readonly string[];
  /** Folders of which owner and mode matter. */
  readonly folders: readonly string[];
}

export interface ReadyAnswers {
  /**
   * Looks up an answer. `words` is every part of the command line that shapes the answer; the variables that can
   * shape it are part of the question too. Undefined if a file cannot be compared, so that no answer can be kept.
   */
  ask(words: readonly (string | number | boolean | null)[], files: QuestionFiles): ReadyQuestion | undefined;
  /** Forgets all answers. */
  clear(): void;
}
