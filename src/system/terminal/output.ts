import { isTerminal, writeSome } from '../descriptors.ts';
import { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { Output } from '../../core/ports/terminal.ts';
import { printable } from '../../core/printable.ts';
import { drawsColours, drawsEscapes, showsUnicode } from './escapes.ts';
import { pauseForPipe } from './pause.ts';
import { errorCode, explainError } from '../system-errors.ts';

// What standard output and standard error are for:
// - standard output carries data; a write that fails is an error;
// - standard error carries everything else, one line for each message, prefixed with the program's name to distinguish
//   it from the output of the wrapped command;
// - questions go to neither: see the terminal port.
//
// Bytes are written by system calls: the first access to process.stdout takes 9 ms on Bun, and console.log to a full
// disk reports no error.

const NAME = 'ccvault';
const COLUMNS_ELSEWHERE = 80;
const RESET = '\u001B[0m';
const COLOURS = { error: '\u001B[1;31m', warning: '\u001B[1;33m', hint: '\u001B[1;36m', debug: '\u001B[2m' };
const ERASE_LINE = '\r\u001B[K';
// `ERASE_LINE` cannot erase a line that wraps.
const WRAP_OFF = '\u001B[?7l';
const WRAP_ON = '\u001B[?7h';

const WRITE_ERRORS: Readonly<Record<string, string>> = {
  EPIPE: 'its reader has gone',
  EBADF: 'it is not open for writing',
};

export interface ProcessOutput extends Output {
  /** Shows debug messages from now on; `--debug` is only known after the arguments are parsed. */
  enableDebug(): void;
}

/** The output of this process, on these file descriptors. */
export function createOutput(
  env: Environment,
  descriptors: { readonly stdout: number; readonly stderr: number } = { stdout: 1, stderr: 2 },
): ProcessOutput {
  let showsDebug = false;
  let showsProgress = false;
  let toldProgress = false;
  let stdoutIsTerminal: boolean | undefined;
  let stderrIsTerminal: boolean | undefined;

  const draws = (): boolean => {
    stderrIsTerminal ??= isTerminal(descriptors.stderr);
    return stderrIsTerminal && drawsEscapes(env);
  };
  const writeLine = (text: string): void => {
    try {
      writeAll(descriptors.stderr, Buffer.from(text));
    } catch {
      // There is nowhere left to report it.
    }
  };
  const clearProgress = (): void => {
    if (showsProgress) writeLine(ERASE_LINE);
    showsProgress = false;
  };
  const say = (message: string, kind?: keyof typeof COLOURS): void => {
    clearProgress();
    const label = kind === undefined ? '' : `${kind}: `;
    const prefix =
      kind !== undefined && draws() && drawsColours(env) ? `${COLOURS[kind]}${kind}:${RESET} ` : label;
    writeLine(`${NAME}: ${prefix}${printable(message)}\n`);
  };

  return {
    get stdoutIsTerminal() {
      stdoutIsTerminal ??= isTerminal(descriptors.stdout);
      return stdoutIsTerminal;
    },
    get stderrIsTerminal() {
      stderrIsTerminal ??= isTerminal(descriptors.stderr);
      return stderrIsTerminal;
    },
    columns(stream) {
      const shown = stream === 'stdout' ? this.stdoutIsTerminal : this.stderrIsTerminal;
      if (!shown) return COLUMNS_ELSEWHERE;
      const { WriteStream } = process.getBuiltinModule('node:tty');
      // The size of a terminal may not be set.
      return new WriteStream(descriptors[stream]).columns || COLUMNS_ELSEWHERE;
    },
    colours(stream) {
      const shown = stream === 'stdout' ? this.stdoutIsTerminal : this.stderrIsTerminal;
      return shown && drawsColours(env);
    },
    get isUnicode() {
      return showsUnicode(env);
    },
    data(content) {
      clearProgress();
      try {
        writeAll(descriptors.stdout, typeof content === 'string' ? Buffer.from(content) : content);
      } catch (error) {
        const code = errorCode(error);
        const reason = WRITE_ERRORS[code ?? ''] ?? explainError(error);
        throw new CliError('failure', `cannot write to standard output: ${reason}`, {
          cause: error,
        });
      }
    },
    plain(line) {
      clearProgress();
      writeLine(`${printable(line)}\n`);
    },
    info: (message) => say(message),
    warning: (message) => say(message, 'warning'),
    error: (message) => say(message, 'error'),
    hint: (message) => say(message, 'hint'),
    debug(message) {
      if (!showsDebug) return;
      const since = Math.round(performance.now());
      say(`${since} ms: ${typeof message === 'string' ? message : message()}`, 'debug');
    },
    progress(message) {
      if (!draws()) {
        // A terminal that cannot redraw a line shows only the first message of a series.
        if (this.stderrIsTerminal && !toldProgress) say(message);
        toldProgress = true;
        return;
      }
      writeLine(`${ERASE_LINE}${WRAP_OFF}${NAME}: ${printable(message)}${WRAP_ON}`);
      showsProgress = true;
    },
    clearProgress() {
      clearProgress();
      toldProgress = false;
    },
    enableDebug() {
      showsDebug = true;
    },
  };
}

/** Writes every byte, waiting for a slow reader of a non-blocking pipe. Throws the system's error. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSome(descriptor, bytes.subarray(written));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EAGAIN') pauseForPipe();
      else if (code !== 'EINTR') throw error;
    }
  }
}
