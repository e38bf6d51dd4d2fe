// How long a person waits for the picker.
import { existsSync } from 'node:fs';
import { Pty } from '../support/pty.ts';

const ROUNDS = 6;

/**
 * The time until the picker shows its first screen, above the time until `printf` shows a word on such a terminal, in
 * milliseconds; the best of a few. Undefined without util-linux's `script`, which makes the terminal.
 */
export async function firstScreen(
  ccvault: string,
  env: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  if (!existsSync('/usr/bin/script')) return undefined;
  let [picker, word] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    word = Math.min(word, await timeUntil(/ready/, 'printf', ['ready\n'], env));
    // The keys' line is the last one of the screen.
    picker = Math.min(picker, await timeUntil(/Enter chooses/, ccvault, ['exec', '--', 'true'], env));
  }
  return picker - word;
}

async function timeUntil(
  pattern: RegExp,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const start = performance.now();
  const terminal = Pty.spawn(program, args, { env: { ...env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' } });
  try {
    await terminal.expect(pattern);
    return performance.now() - start;
  } finally {
    await terminal.hangUp();
  }
}
