import { ignoresSuspension } from '../process/inheritance.ts';
import { terminalError, writeToTerminal } from './device.ts';
import { openKeyboard } from './keyboard.ts';
import type { Keyboard } from './keyboard.ts';

const SUSPEND_KEY = 0x1a;
const QUIT_KEY = 0x1c;
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const FOREGROUND_GROUP = 0;
const WINDOWS = process.platform === 'win32';
/**
 * Whether the process cannot be stopped. Read before a listener replaces the disposition of SIGTSTP that the parent
 * set.
 */
const STAYS = WINDOWS || ignoresSuspension();

/** The terminal for one showing of a question: until it is answered or has to be shown again. */
export interface Conversation {
  /** The next byte typed; undefined at the end of input. Rejects when the question has to be shown again. */
  next(): Promise<number | undefined>;
  giveBack(bytes: Iterable<number>): void;
  write(text: string): void;
  /** Aborted when the question is over or has to be shown again. */
  readonly signal: AbortSignal;
}

/** A question to `converse`. */
export interface Question<T> {
  /** Shows the question and reads the answer. Called again after the program was stopped and continued. */
  ask(on: Conversation): Promise<T>;
  /** Written when a signal stops or ends the program during the question. */
  readonly leave: string;
}

/**
 * Why a question is interrupted: `signal` is sent to the process or group `target`, or, without one, the process was
 * continued.
 */
interface Interlude {
  readonly signal?: NodeJS.Signals;
  readonly target?: number;
}

/**
 * Asks one question and resolves to the answer. The terminal is in raw mode meanwhile, so that a secret typed or
 * pasted early is never echoed. Ctrl-Z and Ctrl-\ are therefore handled here, and like the kernel, signal the whole
 * foreground group: inside `git fetch` the shell waits for git, not for this process. The terminal's mode is restored
 * before the program stops, ends or goes on. Throws what `ask` throws, and CliError `failure` with code
 * `no-terminal`.
 */
export async function converse<T>(question: Question<T>): Promise<T> {
  const keyboard = await openKeyboard();
  try {
    for (;;) {
      // In the background this stops the process until it is in the foreground, before anything is shown.
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
    // Ends a read that is still pending.
    controller.abort();
    release();
    restore(keyboard);
  }
}

/**
 * Listens for the signals that concern an open question. Returns the function that removes the listeners and so gives
 * the signals their usual effect back.
 */
function listen(interrupt: (reason: Interlude) => void, giveTerminalBack: () => void): () => void {
  const listeners = new Map<NodeJS.Signals, () => void>([
    ['SIGTSTP', () => interrupt({ signal: 'SIGTSTP' })],
    // SIGSTOP stops the process without a warning: after SIGCONT the question is shown again.
    ['SIGCONT', () => interrupt({})],
  ]);
  if (STAYS) listeners.delete('SIGTSTP');
  if (WINDOWS) listeners.clear();
  for (const name of ENDING_SIGNALS) {
    listeners.set(name, () => {
      giveTerminalBack();
      release();
      // A listener of the program itself, if there is one, decides what the signal does.
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
