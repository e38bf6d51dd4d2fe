import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Shells that are there for job control, without anybody's configuration. */
const COMMANDS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['bash', '--noprofile', '--norc', '-i'],
  zsh: ['zsh', '-f', '-i'],
  fish: ['fish', '--no-config', '-i'],
};

/** A person at an interactive shell in tmux: a terminal with real job control, seen as a screen. */
export class Tmux {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ccvault-tmux-'));

  private constructor() {}

  /** Starts a shell with nothing but this environment, on a terminal of `columns` by `rows`. */
  static async start(
    shell: Shell,
    env: Readonly<Record<string, string>>,
    {
      cwd,
      columns = 200,
      rows = 40,
    }: { readonly cwd: string; readonly columns?: number; readonly rows?: number },
  ): Promise<Tmux> {
    const tmux = new Tmux();
    const variables = Object.entries({ ...env, TERM: env['TERM'] ?? 'screen-256color' });
    const size = ['-x', String(columns), '-y', String(rows)];
    tmux.#run('-f', '/dev/null', 'new-session', '-d', ...size, '-c', cwd, [
      'env',
      '-i',
      ...variables.map(([name, value]) => `${name}=${value}`),
      ...COMMANDS[shell],
    ]);
    await tmux.ready();
    return tmux;
  }

  /** What the terminal shows, without the blanks at the ends of lines. */
  screen(): string {
    return this.#run('capture-pane', '-p', '-J').trimEnd();
  }

  /** Waits until the screen matches. */
  async expect(pattern: RegExp, timeout = 15_000): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!pattern.test(this.screen())) {
      if (Date.now() > deadline) {
        throw new Error(`did not show ${pattern} within ${timeout} ms:\n${this.screen()}`);
      }
      await sleep(30);
    }
  }

  type(text: string): void {
    this.#run('send-keys', '-l', '--', text);
  }

  /** Types a line and Enter. */
  line(text: string): void {
    this.type(text);
    this.key('Enter');
  }

  /** A key by tmux's name: `C-z`, `Enter`. */
  key(name: string): void {
    this.#run('send-keys', name);
  }

  /** Makes the terminal another size, as a person drags a window's corner. */
  resize(columns: number, rows: number): void {
    this.#run('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Waits until the shell has the terminal and runs what is typed; then clears the screen. */
  async ready(): Promise<void> {
    // The quotes keep what is typed from looking like what it prints.
    this.line('echo shell" "is" "ready');
    await this.expect(/^shell is ready$/m);
    this.line('clear');
    await this.expect(/^(?!.*shell is ready)/s);
  }

  stop(): void {
    try {
      this.#run('kill-server');
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  #run(...words: readonly (string | readonly string[])[]): string {
    const socket = join(this.#folder, 'socket');
    return execFileSync('tmux', ['-S', socket, ...words.flat()], { encoding: 'utf8' });
  }
}
