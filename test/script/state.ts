// What a running script has: folders, variables, what the last command printed.

import { isAbsolute, join } from 'node:path';
import type { Pty } from '../support/pty.ts';
import type { Build } from '../support/builds.ts';
import type { Word } from './line.ts';

export interface Captured {
  readonly stdout: string;
  readonly stderr: string;
  /** What the terminal of a `tty` command showed. */
  readonly terminal: string;
}

export interface Background {
  readonly label: string;
  readonly expected: number | 'failure';
  /** What it printed so far. */
  output(): Captured;
  changed(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<number>;
}

/** A line that will be typed once the terminal shows the pattern. */
export interface Answer {
  readonly prompt: RegExp;
  readonly text: Word;
  /** Whether the Enter key comes after it. */
  readonly enter: boolean;
}

export interface ScriptState {
  readonly build: Build;
  /** `$WORK`: everything of the script is below it. */
  readonly work: string;
  /** The folder with `ccvault` and its other names, first on the PATH. */
  readonly bin: string;
  cwd: string;
  /** What programs get. */
  readonly env: Map<string, string>;
  /** Known to the script alone: `$ALICE_SECRET` and the like. */
  readonly variables: Map<string, string>;
  /** Computed at each use: `${totp:alice}`. */
  readonly computed: Map<string, (argument: string) => string>;
  /** What must not be printed, by a name for the report. */
  readonly secrets: Map<string, string>;
  /** Where secrets come from that appear while commands run. */
  readonly secretSources: (() => Iterable<readonly [string, string]>)[];
  last: Captured;
  stdin: string | undefined;
  answers: Answer[];
  readonly backgrounds: Background[];
  terminal: Pty | undefined;
  secretsAllowed: boolean;
  /** Undone at the end, last first. */
  readonly cleanups: (() => void | Promise<void>)[];
}

/** Ends a script without failing it. */
export class ScriptSkipped extends Error {}

export const NOTHING: Captured = { stdout: '', stderr: '', terminal: '' };

/** A path of a script, relative to its current folder. */
export function pathOf(state: ScriptState, path: string): string {
  return isAbsolute(path) ? path : join(state.cwd, path);
}

/** The value of `$NAME`; `$NAME:ARGUMENT` computes one. Throws for a name that was never set. */
export function lookUp(state: ScriptState, name: string): string {
  const [kind = '', ...rest] = name.split(':');
  const compute = rest.length === 0 ? undefined : state.computed.get(kind);
  const value = compute?.(rest.join(':')) ?? state.variables.get(name) ?? state.env.get(name);
  if (value === undefined) throw new Error(`$${name} is not set`);
  return value;
}
