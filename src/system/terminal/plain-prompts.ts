import { StringDecoder } from 'node:string_decoder';
import { CliError } from '../../core/errors.ts';
import type { Conversation, Prompts } from './terminal.ts';

const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const ERASE_LINE = '\u0015';

/** Prompts for terminals that know no escape sequences: a line out, a line in. */
export const plainPrompts: Prompts = {
  ask: (question, on) => readLine(question, on, true),
  askHidden: (question, on) => readLine(question, on, false),
  async confirm(question, on) {
    const answer = await readLine(`${question.trimEnd()} (y/N) `, on, true);
    return /^y(es)?$/i.test(answer.trim());
  },
  async choose(question, choices, on) {
    for (const [index, { label }] of choices.entries()) on.output.write(`${index + 1}) ${label}\r\n`);
    for (;;) {
      const answer = (await readLine(`${question.trimEnd()} (1-${choices.length}) `, on, true)).trim();
      const choice = choices[Number(answer) - 1] ?? choices.find(({ label }) => label === answer);
      if (choice !== undefined) return choice.value;
    }
  },
};

/**
 * Reads a line key by key, so that Ctrl-C is ours to report and a hidden answer is never echoed. Throws CliError
 * `interrupted` on Ctrl-C, on Ctrl-D and when the terminal goes away.
 */
function readLine(question: string, { input, output, signal }: Conversation, echo: boolean): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const cancel = (): void => reject(new CliError('interrupted', 'cancelled'));
  let line: readonly string[] = [];

  const erase = (count: number): void => {
    if (echo) output.write('\b \b'.repeat(count));
    line = line.slice(0, line.length - count);
  };
  const take = (key: string): void => {
    if (key === '\r' || key === '\n') resolve(line.join(''));
    else if (key === INTERRUPT || (key === END_OF_INPUT && line.length === 0)) cancel();
    else if (key === '\u007F' || key === '\b') erase(Math.min(1, line.length));
    else if (key === ERASE_LINE) erase(line.length);
    else if (key >= ' ') {
      if (echo) output.write(key);
      line = [...line, key];
    }
  };
  const onData = (bytes: Buffer): void => {
    for (const key of decoder.write(bytes)) take(key);
  };

  input.setRawMode(true);
  output.write(question);
  input.on('data', onData);
  input.resume();
  signal.addEventListener('abort', cancel, { once: true });
  return promise.finally(() => {
    input.off('data', onData);
    input.pause();
    signal.removeEventListener('abort', cancel);
    input.setRawMode(false);
    output.write('\r\n');
  });
}
