import { ignoresSuspension } from '../process/inheritance.ts';
import { terminalError, writeToTerminal } from './device.ts';
import { openKeyboard } from './keyboard.ts';
import type { Keyboard } from './keyboard.ts';

const SUSPEND_KEY = 0x1a;
const QUIT_KEY = 0x1c;
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const FOREGROUND_GROUP = 0;
const WINDOWS = process.platform === 'win32';
/** Read before a listener replaces the disposition that the parent set. */
const STAYS = WINDOWS || ignoresSuspension();

/** What a question is asked on, until it is answered or has to be shown again. */
export interface Conversation {
  /** The next byte typed; undefined at the end of input. Rejects when the question has to be shown again. */
  next(): Promise<number | undefined>;
  giveBack(bytes: Iterable<number>): void;
  write(text: string): void;
  /** Aborted when the question has to be shown again. */
  readonly signal: AbortSignal;
}

export interface Question<T> {
  /** Shows the question and reads the answer; called again after the program was stopped and continued. */
  ask(on: Conversation): Promise<T>;
  /** Written when a signal ends the program at the question. */
  readonly leave: string;
}

/** Why a question is put away: to be stopped by a signal sent to `target`, or because we were continued. */
interface Interlude {
  readonly signal?: NodeJS.Signals;
  readonly target?: number;
}

/**
 * Asks one question. The terminal takes keys raw meanwhile, so that a secret typed or pasted early is never echoed;
 * what the kernel does on Ctrl-Z and Ctrl-\ is therefore done here, to the whole foreground group as the kernel would:
 * inside `git fetch` a shell waits for git, not for us. The terminal is as it was before the program stops, dies or goes
 * on.
 */
export async function converse<T>(question: Question<T>): Promise<T> {
  const keyboard = await openKeyboard();
  try {
    for (;;) {
      // In the background this stops us until we are in the foreground, and nothing is shown before.
      keyboard.setRaw(true);
      const outcome = await round(question, keyboard);
      if ('answer' in outcome) return outcome.answer;
      const { signal, target = process.pid } = outcome.interlude;
      if (signal !== undefined) process.kill(target, signal);
    }
  } finally {
    await keyboard.close();
  }
}

async function round<T>(
  question: Question<T>,
  keyboard: Keyboard,
): Promise<{ readonly answer: T } | { readonly interlude: Interlude }> {
  const controller = new AbortController();
  let interlude: Interlude | undefined;
  const interrupt = (reason: Interlude): void => {
    interlude ??= reason;
    controller.abort();
  };
  const release = listen(interrupt, () => {
    restore(keyboard);
    leave(question.leave);
  });
  try {
    const answer = await question.ask({
      async next() {
        const byte = await keyboard.next(controller.signal);
        if (byte === SUSPEND_KEY && STAYS) return this.next();
        if (byte === SUSPEND_KEY) interrupt({ signal: 'SIGTSTP', target: FOREGROUND_GROUP });
        if (byte === QUIT_KEY && !WINDOWS) interrupt({ signal: 'SIGQUIT', target: FOREGROUND_GROUP });
        controller.signal.throwIfAborted();
        return byte;
      },
      giveBack: (bytes) => keyboard.giveBack(bytes),
      write(text) {
        try {
          writeToTerminal(text);
        } catch (error) {
          throw terminalError('write to', error);
        }
      },
      signal: controller.signal,
    });
    return { answer };
  } catch (error) {
    if (interlude === undefined) throw error;
    leave(question.leave);
    return { interlude };
  } finally {
    // Nobody reads on when the question is over.
    controller.abort();
    release();
    restore(keyboard);
  }
}

/**
 * Listens for the signals that concern an open question; gives the function that takes the listeners away, without
 * which a signal means what it always does.
 */
function listen(interrupt: (reason: Interlude) => void, giveTerminalBack: () => void): () => void {
  const listeners = new Map<NodeJS.Signals, () => void>([
    ['SIGTSTP', () => interrupt({ signal: 'SIGTSTP' })],
    // Stopped without a warning, by SIGSTOP: who continues us finds the question again.
    ['SIGCONT', () => interrupt({})],
  ]);
  if (STAYS) listeners.delete('SIGTSTP');
  if (WINDOWS) listeners.clear();
  for (const name of ENDING_SIGNALS) {
    listeners.set(name, () => {
      giveTerminalBack();
      release();
      // If the program has a listener of its own, that one decides what the signal means.
      setImmediate(() => {
        if (process.listenerCount(name) === 0) process.kill(process.pid, name);
      });
    });
  }
  for (const [name, listener] of listeners) process.on(name, listener);
  function release(): void {
    for (const [name, listener] of listeners) process.off(name, listener);
  }
  return release;
}

function restore(keyboard: Keyboard): void {
  try {
    keyboard.setRaw(false);
  } catch {
    // The terminal is gone.
  }
}

function leave(text: string): void {
  try {
    writeToTerminal(text);
  } catch {
    // The terminal is gone, and its cursor with it.
  }
}
