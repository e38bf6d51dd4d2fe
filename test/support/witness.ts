// Sees what a run of ccvault lets out: its output, its screen, and the programs that it starts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended, Home, RunOptions } from './home.ts';
import { filesBelow } from './home.ts';
import { Pty } from './pty.ts';
import { readCalls, straced } from './strace.ts';

export interface Seen {
  /** The command, and where it stood. */
  readonly where: string;
  readonly text: string;
}

/** Runs commands with --debug under strace, and keeps what they let out. */
export class Witness {
  readonly #home: Home;
  readonly #trace: string;
  /** Standard error and screens; standard output apart. */
  readonly said: Seen[] = [];
  readonly printed: Seen[] = [];
  /** Arguments and environment of every program but the command itself, `/bin/true` among them. */
  readonly started: Seen[] = [];

  constructor(home: Home) {
    this.#home = home;
    this.#trace = join(home.root, 'trace');
  }

  get #under(): readonly string[] {
    return straced(this.#trace, 'execve', '-v', '-s', '65536');
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const ended = await this.#home.run(['--debug', ...args], { ...options, under: this.#under });
    this.#collect(args, ended.stderr);
    this.printed.push({ where: args.join(' '), text: ended.stdout });
    return ended;
  }

  /** The same on a terminal, with a person who does `act`; the exit code, and all that the terminal was sent. */
  async runAtTerminal(
    args: readonly string[],
    act: (terminal: Pty) => Promise<void>,
    env: Readonly<Record<string, string | undefined>> = {},
  ): Promise<{ readonly code: number; readonly output: string }> {
    const terminal = Pty.spawn('strace', [...this.#under.slice(1), 'ccvault', '--debug', ...args], {
      env: { ...this.#home.env, ...env },
      cwd: this.#home.cwd,
    });
    await act(terminal);
    const code = await terminal.wait(60_000);
    this.#collect(args, terminal.text);
    return { code, output: terminal.output };
  }

  /** Every file of the home, those that are named left out. */
  files(except: readonly string[]): readonly Seen[] {
    return filesBelow(this.#home.root)
      .filter((path) => path !== this.#trace && !except.includes(path))
      .map((path) => ({ where: path, text: readFileSync(path, 'latin1') }));
  }

  #collect(args: readonly string[], said: string): void {
    const where = args.join(' ');
    this.said.push({ where, text: said });
    const calls = readCalls(this.#trace);
    for (const { args: text, pid, result } of calls) {
      // The build itself, and what `#!/usr/bin/env node` makes of it.
      const isCommand = pid === calls[0]?.pid && /^"[^"]*\/(?:ccvault|env|node)"/.test(text);
      if (!isCommand && result.startsWith('0')) this.started.push({ where, text });
    }
  }
}
