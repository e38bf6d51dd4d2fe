// A home folder in which command lines are run as a user would type them, shown with what they print.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Stage = {
  say(text: string): void;
  /** Shows and runs a shell line; throws when it fails. */
  run(line: string): Promise<void>;
  read(path: string): string;
  write(path: string, text: string): void;
};

/** Files and commands see `home` and the variables given, and nothing of AWS from the caller's environment. */
export function createStage(home: string, variables: Readonly<Record<string, string>>): Stage {
  return {
    say: (text) => console.log(`\n${text}`),
    async run(line) {
      console.log(`\n$ ${line}`);
      const child = spawn('/bin/sh', ['-c', line], {
        cwd: home,
        env: { HOME: home, TERM: 'dumb', ...variables },
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const [status, signal] = await once(child, 'close');
      if (status !== 0) throw new Error(`the command above ended with ${status ?? signal}`);
    },
    read: (path) => readFileSync(join(home, path), 'utf8'),
    write(path, text) {
      mkdirSync(dirname(join(home, path)), { recursive: true, mode: 0o700 });
      writeFileSync(join(home, path), text, { mode: 0o600 });
    },
  };
}
