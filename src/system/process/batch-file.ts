import { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import { windowsVariable } from './windows-program.ts';

/** A file and its arguments, as they are passed to Windows. */
interface Start {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether the arguments are already quoted. */
  readonly windowsVerbatimArguments: boolean;
}

/**
 * No AutoRun command of the registry runs first; extensions are on, because `PERCENT` needs them; delayed expansion
 * is off.
 */
const CMD_OPTIONS = ['/d', '/e:on', '/v:off', '/s', '/c'];

// Windows drops dots and spaces at the end of a name.
const BATCH_FILE = /\.(?:bat|cmd)[. ]*$/i;

/**
 * Characters without a meaning for cmd.exe and batch files; `=`, `,` and `;`, which separate words, are not among
 * them.
 */
const PLAIN = /^[\w.:\\/+@-]+$/;

/** Replaces `%`: the character itself and an empty substring of a variable, so that nothing is left to expand. */
const PERCENT = '%%cd:~,%';

/**
 * How to start a program on Windows. A batch file is started by cmd.exe, with a command line in which every argument
 * stays one word and no part of it becomes a command, even if the batch file passes `%*` on and cmd.exe parses it
 * again. Throws CliError `usage` for an argument of a batch file with a line break, at which cmd.exe would stop
 * reading.
 */
export function windowsStart(file: string, args: readonly string[], environment: Environment): Start {
  if (!BATCH_FILE.test(file)) return { file, args, windowsVerbatimArguments: false };
  const broken = args.findIndex((argument) => /[\r\n]/.test(argument));
  if (broken >= 0) {
    throw new CliError(
      'usage',
      `argument ${broken + 1} has a line break, which no batch file accepts: ${file}`,
    );
  }
  const line = [quote(file.replaceAll('/', '\\')), ...args.map((argument) => quotedUnlessPlain(argument))];
  return {
    file: windowsShell(environment),
    args: [...CMD_OPTIONS, `"${line.join(' ')}"`],
    windowsVerbatimArguments: true,
  };
}

/** The path of the system's cmd.exe, whatever COMSPEC says. */
export function windowsShell(environment: Environment): string {
  const system = windowsVariable(environment, 'SYSTEMROOT') || String.raw`C:\Windows`;
  return String.raw`${system}\System32\cmd.exe`;
}

function quotedUnlessPlain(argument: string): string {
  return PLAIN.test(argument) ? argument : quote(argument);
}

/**
 * An argument in double quotes, in which cmd.exe has no operators. A quote is doubled: cmd.exe stays inside the
 * quotes, and Microsoft's C runtime reads one quote ("Parsing C++ command-line arguments"). Backslashes before a
 * quote are doubled too.
 */
function quote(argument: string): string {
  const inner = argument
    .replaceAll(/(\\*)"/g, '$1$1""')
    .replace(/\\+$/, '$&$&')
    .replaceAll('%', PERCENT);
  return `"${inner}"`;
}
