import { fs } from '../lazy-builtins.ts';
import type { ReadStream } from 'node:tty';
import { CliError } from '../../core/errors.ts';
import { errorCode, explainError } from '../system-errors.ts';
import { streamClosed, TERMINAL_INPUT, terminalError } from './device.ts';

const POLL_MILLISECONDS = 15;

/** Reads the keys of the controlling terminal byte by byte, so that unread input stays for the next reader. */
export interface Keyboard {
  /** Turns raw mode on (keys as typed, no echo, no signals) or back to the mode before. Throws CliError `failure`. */
  setRaw(raw: boolean): void;
  /**
   * The next byte; undefined at the end of input. Rejects with the signal's reason, and with CliError `failure` if
   * the terminal cannot be read.
   */
  next(signal: AbortSignal): Promise<number | undefined>;
  /** Puts back bytes that belong to the next reader in this process. */
  giveBack(bytes: Iterable<number>): void;
  /** Resolves when everything is closed: a reader that stays open would read the next program's first line. */
  close(): Promise<void>;
}

/**
 * Bytes read ahead or given back. They outlive the keyboard, so that two lines typed at once answer two questions.
 */
const ahead: number[] = [];

/** Opens the controlling terminal. Throws CliError `failure` with code `no-terminal` where there is none. */
export async function openKeyboard(): Promise<Keyboard> {
  if (process.platform === 'win32' && process.versions.bun !== undefined) return openConsoleKeyboard();
  let modes: ReadStream;
  let descriptor: number;
  let source: ByteSource;
  try {
    // Not imported at the top: loading it takes as long as the rest of a run without a prompt.
    const tty = process.getBuiltinModule('node:tty');
    descriptor = fs().openSync(TERMINAL_INPUT, fs().constants.O_RDWR);
    modes = new tty.ReadStream(descriptor);
    source = process.platform === 'win32' ? streamedBytes(modes) : polledBytes();
  } catch (error) {
    throw noTerminal(error);
  }
  let failure: unknown;
  modes.on('error', (error) => {
    failure = error;
  });
  const closed = streamClosed(modes, descriptor);
  return {
    setRaw(raw) {
      failure = undefined;
      try {
        modes.setRawMode(raw);
      } catch (error) {
        failure = error;
      }
      if (failure !== undefined) throw terminalError('use', failure);
    },
    async next(signal) {
      signal.throwIfAborted();
      return ahead.shift() ?? source.next(signal);
    },
    giveBack: (bytes) => void ahead.push(...bytes),
    async close() {
      source.close();
      modes.destroy();
      await closed;
    },
  };
}

function noTerminal(error: unknown): CliError {
  return new CliError('failure', `no terminal is available: ${explainError(error)}`, {
    code: 'no-terminal',
    cause: error,
  });
}

/** As `openKeyboard`, for the console in the standalone build on Windows. */
async function openConsoleKeyboard(): Promise<Keyboard> {
  const { openWindowsConsole } = await import('./windows-console.ts');
  const opened = await openWindowsConsole().catch((error: unknown) => {
    throw noTerminal(error);
  });
  return {
    setRaw(raw) {
      try {
        opened.setRaw(raw);
      } catch (error) {
        throw terminalError('use', error);
      }
    },
    async next(signal) {
      for (;;) {
        signal.throwIfAborted();
        if (ahead.length === 0) ahead.push(...opened.read());
        if (ahead.length > 0) return ahead.shift();
        await pause(signal);
      }
    },
    giveBack: (bytes) => void ahead.push(...bytes),
    close: async () => opened.close(),
  };
}

interface ByteSource {
  next(signal: AbortSignal): Promise<number | undefined>;
  close(): void;
}

/**
 * Polls the terminal, so that no read ever blocks. The runtimes' own streams read ahead; Bun's does so in a thread
 * that cannot be stopped and reads the first line of whatever runs after the answer.
 */
function polledBytes(): ByteSource {
  // Opened a second time: O_NONBLOCK is shared by every process that inherited the descriptor.
  const descriptor = fs().openSync(TERMINAL_INPUT, fs().constants.O_RDONLY | fs().constants.O_NONBLOCK);
  const byte = new Uint8Array(1);
  return {
    async next(signal) {
      for (;;) {
        try {
          return fs().readSync(descriptor, byte) === 0 ? undefined : byte[0];
        } catch (error) {
          if (errorCode(error) !== 'EAGAIN' && errorCode(error) !== 'EINTR')
            throw terminalError('read', error);
        }
        await pause(signal);
        signal.throwIfAborted();
      }
    },
    close: () => fs().closeSync(descriptor),
  };
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, POLL_MILLISECONDS);
    signal.addEventListener('abort', done, { once: true });
  });
}

/**
 * The bytes of a stream, for a Windows console, which cannot be polled; what it read ahead is kept for the next
 * question.
 */
function streamedBytes(stream: ReadStream): ByteSource {
  const state = { ended: false };
  let wake = (): void => {};
  stream.on('data', (bytes: Buffer) => {
    ahead.push(...bytes);
    wake();
  });
  for (const event of ['end', 'error', 'close']) {
    stream.on(event, () => {
      state.ended = true;
      wake();
    });
  }
  return {
    async next(signal) {
      while (ahead.length === 0 && !state.ended) {
        const woken = Promise.withResolvers<void>();
        wake = woken.resolve;
        signal.addEventListener('abort', wake, { once: true });
        await woken.promise;
        signal.throwIfAborted();
      }
      return ahead.shift();
    },
    close: () => void stream.pause(),
  };
}
