import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';

// oxlint-disable-next-line no-control-regex -- ESC is what it looks for
const UNFINISHED_SEQUENCE = /\u001B(\[[0-9;?]*)?$/;

// Long enough for a busy machine: what comes later hangs.
const PATIENCE_MS = 30_000;

export interface PtyOptions {
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/**
 * A program with a terminal of its own, made by util-linux's `script`, and a person at it: wait for a prompt,
 * type. What the program writes to the terminal, through whichever descriptor, is `output`.
 */
export class Pty {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #output = '';
  #looked = 0;
  #over = false;
  #changed: () => void = () => {};

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      this.#output += text;
      this.#changed();
    });
    // `script` itself complains here alone; after its end typing is an EPIPE that nobody needs to hear of.
    child.stderr.resume();
    child.stdin.on('error', () => {});
    this.#ended = this.#end();
  }

  /** Starts a program, found by the PATH of `env`, on a terminal 250 columns wide. */
  static spawn(command: string, args: readonly string[], options: PtyOptions): Pty {
    const { SHELL: shell, ...env } = options.env;
    // `script` starts its command by $SHELL, which must not decide how this line is read.
    const restore = shell === undefined ? 'unset SHELL' : `export SHELL=${quote(shell)}`;
    const line = `stty cols 250 rows 50; ${restore}; exec ${[command, ...args].map(quote).join(' ')}`;
    const child = spawn('/usr/bin/script', ['-qec', line, '/dev/null'], {
      env: { ...env, SHELL: '/bin/sh' },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    return new Pty(child);
  }

  /** Everything so far, with escape sequences. */
  get output(): string {
    return this.#output;
  }

  /** Everything so far as text: no escape sequences, lines ended by LF. */
  get text(): string {
    // A sequence that has only begun to arrive is not text yet.
    return stripVTControlCharacters(this.#output.replace(UNFINISHED_SEQUENCE, '')).replaceAll('\r', '');
  }

  /**
   * Waits until the terminal shows the pattern behind what an earlier `expect` found, and gives the match. Throws
   * when the program ends first, or after the time limit (milliseconds).
   */
  async expect(pattern: RegExp, timeout = PATIENCE_MS): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const match = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')).exec(
        this.text.slice(this.#looked),
      );
      if (match !== null) {
        this.#looked += match.index + match[0].length;
        return match;
      }
      if (this.#over) throw new Error(`ended before it showed ${pattern}:\n${this.text}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`did not show ${pattern} within ${timeout} ms:\n${this.text}`);
      await this.#next(left);
    }
  }

  /** Types; `\r` is the Enter key, `\x03` Ctrl-C. */
  send(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Types an answer and Enter, and waits for the line to end, so that its redrawing is not taken for a prompt. */
  async answer(text: string, timeout = PATIENCE_MS): Promise<void> {
    this.send(`${text}\r`);
    await this.expect(/\n/, timeout);
  }

  /** Waits for the end, at most `timeout` milliseconds. The program's exit code, 128+n when signal n killed it. */
  async wait(timeout = PATIENCE_MS): Promise<number> {
    const deadline = Date.now() + timeout;
    while (!this.#over) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`did not end within ${timeout} ms:\n${this.text}`);
      await this.#next(left);
    }
    return this.#child.exitCode ?? 255;
  }

  /** Hangs up: the terminal goes away. */
  async hangUp(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #end(): Promise<void> {
    await once(this.#child, 'close');
    this.#over = true;
    this.#changed();
  }

  #next(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A word as a POSIX shell reads it back, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
