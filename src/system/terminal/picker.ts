import { Readable } from 'node:stream';
import { search } from '@inquirer/prompts';
import { CliError } from '../../core/errors.ts';
import type { Choice } from '../../core/ports/terminal.ts';
import type { Conversation, Question } from './conversation.ts';
import { openTerminalOutput, streamClosed } from './device.ts';

const END_OF_INPUT = 0x04;
const SHOW_CURSOR = '\u001B[?25h';

/** A list to choose from, filtered by what is typed; drawn by @inquirer/prompts. */
export function pickerQuestion(text: string, choices: readonly Choice[]): Question<string> {
  return {
    leave: `\r\n${SHOW_CURSOR}`,
    ask: (on) => pick(text, choices, on),
  };
}

async function pick(text: string, choices: readonly Choice[], on: Conversation): Promise<string> {
  const input = new KeyStream(on);
  const descriptor = openTerminalOutput();
  const output = new (process.getBuiltinModule('node:tty').WriteStream)(descriptor);
  const closed = streamClosed(output, descriptor);
  const gone = new AbortController();
  input.on('end', () => gone.abort());
  input.on('error', () => gone.abort());
  output.on('error', () => gone.abort());
  try {
    return await search(
      { message: text, source: (typed) => matching(choices, typed ?? ''), pageSize: 12 },
      { input, output, signal: AbortSignal.any([on.signal, gone.signal]) },
    );
  } catch (error) {
    throw input.failure ?? new CliError('interrupted', 'cancelled', { cause: error });
  } finally {
    input.giveBack();
    input.destroy();
    output.destroy();
    await closed;
  }
}

/** Choices whose label has every word that was typed, in any order and case. */
function matching(choices: readonly Choice[], typed: string): { value: string; name: string }[] {
  const words = typed.toLowerCase().split(/\s+/);
  return choices
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .map(({ value, label }) => ({ value, name: label }));
}

/** The keys as the stream that the library reads; it ends with Ctrl-D, which the library would wait behind for ever. */
class KeyStream extends Readable {
  readonly isTTY = true;
  /** Why no more keys come, where it is an error. */
  failure: unknown;
  readonly #on: Conversation;

  constructor(on: Conversation) {
    super({ highWaterMark: 1 });
    this.#on = on;
  }

  override _read(): void {
    void this.#read();
  }

  async #read(): Promise<void> {
    let byte: number | undefined;
    // Not before the library had its turn: the last key may have ended the choice.
    await new Promise(setImmediate);
    if (this.destroyed) return;
    try {
      byte = await this.#on.next();
    } catch (error) {
      if (!this.#on.signal.aborted) this.failure = error;
    }
    if (this.destroyed && byte !== undefined) this.#on.giveBack([byte]);
    else this.push(byte === undefined || byte === END_OF_INPUT ? null : Buffer.of(byte));
  }

  /** What was read ahead of the choice is for the next question. */
  giveBack(): void {
    const rest: unknown = this.read();
    if (rest instanceof Uint8Array) this.#on.giveBack(rest);
  }
}
