import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { CliError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { Choice, Environment, Terminal } from '../../core/ports/system.ts';
import { explainError } from '../system-errors.ts';

/** The keys of a terminal. */
type TerminalInput = Readable & { readonly isRaw: boolean; setRawMode(raw: boolean): unknown };

/** What a prompt is drawn on. Aborting ends it with an error. */
export interface Conversation {
  readonly input: TerminalInput;
  readonly output: WriteStream;
  readonly signal: AbortSignal;
}

/** One way to draw prompts; every text it gets is free of control characters. */
export interface Prompts {
  ask(question: string, conversation: Conversation): Promise<string>;
  askHidden(question: string, conversation: Conversation): Promise<string>;
  confirm(question: string, conversation: Conversation): Promise<boolean>;
  choose(question: string, choices: readonly Choice[], conversation: Conversation): Promise<string>;
}

const INPUT_DEVICE = process.platform === 'win32' ? String.raw`\\.\CONIN$` : '/dev/tty';
const OUTPUT_DEVICE = process.platform === 'win32' ? String.raw`\\.\CONOUT$` : '/dev/tty';
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SHOW_CURSOR = '\u001B[?25h';

/**
 * The controlling terminal, opened for each prompt and closed after it, so that whatever runs next has it alone.
 * Standard input, output and error are never touched. With `TERM=dumb` (Emacs shells, some CI) prompts are plain
 * lines without escape sequences.
 */
export function createTerminal(env: Environment): Terminal {
  const dumb = env['TERM'] === 'dumb';
  let last: Promise<unknown> = Promise.resolve();

  // Two prompts at once would eat each other's keys.
  function inTurn<T>(prompt: (prompts: Prompts, conversation: Conversation) => Promise<T>): Promise<T> {
    const turn = last.then(() => converse(dumb, prompt));
    last = Promise.allSettled([turn]);
    return turn;
  }

  return {
    async unavailable() {
      try {
        closeSync(openSync(INPUT_DEVICE, constants.O_RDWR));
        return undefined;
      } catch {
        return 'no terminal is available';
      }
    },
    ask: (question) => inTurn((prompts, on) => prompts.ask(printable(question), on)),
    askHidden: (question) => inTurn((prompts, on) => prompts.askHidden(printable(question), on)),
    confirm: (question) => inTurn((prompts, on) => prompts.confirm(printable(question), on)),
    choose(question, choices) {
      const shown = choices.map(({ value, label }) => ({ value, label: printable(label) }));
      return inTurn((prompts, on) => prompts.choose(printable(question), shown, on));
    },
  };
}

async function converse<T>(
  dumb: boolean,
  prompt: (prompts: Prompts, conversation: Conversation) => Promise<T>,
): Promise<T> {
  const prompts = dumb
    ? (await import('./plain-prompts.ts')).plainPrompts
    : (await import('./rich-prompts.ts')).richPrompts;
  const { input, output, close } = await openTerminal();
  const controller = new AbortController();
  const end = (): void => controller.abort();
  // A terminal that went away: neither reading nor writing will ever answer.
  for (const event of ['end', 'error', 'close']) input.on(event, end);
  output.on('error', end);
  const release = restoreOnSignals(() => {
    input.setRawMode(false);
    if (!dumb) writeNow(`\r\n${SHOW_CURSOR}`);
  });
  try {
    return await prompt(prompts, { input, output, signal: controller.signal });
  } catch (error) {
    if (controller.signal.aborted || isPromptEnd(error)) {
      throw new CliError('interrupted', 'cancelled', { cause: error });
    }
    throw error;
  } finally {
    release();
    await close();
  }
}

interface OpenTerminal {
  readonly input: TerminalInput;
  readonly output: WriteStream;
  /** Resolves when all is closed: a reader left behind would take the next program's first line. */
  readonly close: () => Promise<void>;
}

async function openTerminal(): Promise<OpenTerminal> {
  // Not imported at the top: loading it takes as long as the rest of a run that asks nothing.
  const tty = process.getBuiltinModule('node:tty');
  const descriptors: number[] = [];
  try {
    for (const device of [INPUT_DEVICE, OUTPUT_DEVICE]) descriptors.push(openSync(device, constants.O_RDWR));
    const [from = -1, to = -1] = descriptors;
    const reader = new tty.ReadStream(from);
    // On a terminal that went away it would emit an error where nobody listens any more.
    const setRawMode = reader.setRawMode.bind(reader);
    reader.setRawMode = (raw) => (tty.isatty(from) ? setRawMode(raw) : reader);
    const input =
      'bun' in process.versions && process.platform !== 'win32'
        ? new (await import('./polled-input.ts')).PolledInput(INPUT_DEVICE, reader)
        : reader;
    const output = new tty.WriteStream(to);
    // Listened for from the start: a prompt may have ended its output by itself before we do.
    const closed = Promise.all([ending(reader), ending(output)]);
    return {
      input,
      output,
      close: async () => {
        try {
          if (input.isRaw) input.setRawMode(false);
        } catch {
          // The terminal is gone.
        }
        input.destroy();
        output.destroy();
        await closed;
        // libuv works on a second opening of the terminal and leaves the first to us; Bun closes some.
        for (const descriptor of descriptors) if (tty.isatty(descriptor)) closeSync(descriptor);
      },
    };
  } catch (error) {
    for (const descriptor of descriptors) closeSync(descriptor);
    throw new CliError('failure', `there is no terminal to ask on: ${explainError(error)}`, {
      code: 'no-terminal',
      cause: error,
    });
  }
}

function ending(stream: ReadStream | WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve());
  });
}

/** The errors of @inquirer/core for Ctrl-C and an aborted prompt, by name: the library stays unloaded here. */
function isPromptEnd(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes(error.name)
  );
}

/**
 * While a prompt is open, a signal that ends the program first gives the terminal back: neither runtime does it.
 * Gives the function that takes the listeners away.
 */
function restoreOnSignals(restore: () => void): () => void {
  const listeners = ENDING_SIGNALS.map((name) => {
    const listener = (): void => {
      restore();
      release();
      // With a listener of its own left the program decides what the signal means, else it means what it always does.
      setImmediate(() => {
        if (process.listenerCount(name) === 0) process.kill(process.pid, name);
      });
    };
    process.on(name, listener);
    return { name, listener };
  });
  function release(): void {
    for (const { name, listener } of listeners) process.off(name, listener);
  }
  return release;
}

function writeNow(text: string): void {
  try {
    const descriptor = openSync(OUTPUT_DEVICE, constants.O_RDWR);
    try {
      writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The terminal is gone, and its cursor with it.
  }
}
