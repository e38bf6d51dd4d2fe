import { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import { windowsVariable } from './windows-program.ts';

/** A file and its arguments as Windows is given them. */
interface Start {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether the arguments are quoted already. */
  readonly windowsVerbatimArguments: boolean;
}

/** Extensions are off, delayed expansion too, and no AutoRun command of the registry runs in front. */
const CMD_OPTIONS = ['/d', '/e:on', '/v:off', '/s', '/c'];

// Windows drops dots and blanks at the end of a name.
const BATCH_FILE = /\.(?:bat|cmd)[. ]*$/i;

/** Neither cmd.exe nor a batch file sees more in these than a word; `=`, `,` and `;` separate words. */
const PLAIN = /^[\w.:\\/+@-]+$/;

/** What `%` is written as: itself, and a variable of which no character is taken, so that nothing is left to expand. */
const PERCENT = '%%cd:~,%';

/**
 * What runs a program on Windows: for a batch file cmd.exe, with a command line that keeps every argument one word and
 * no part of one a command, however often cmd.exe reads it: once itself, and again where the batch file passes `%*` on.
 * Throws CliError `usage` for an argument with a line break, where cmd.exe would stop to read.
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

/** The path of cmd.exe: of the system's own, whatever COMSPEC says. */
export function windowsShell(environment: Environment): string {
  const system = windowsVariable(environment, 'SYSTEMROOT') || String.raw`C:\Windows`;
  return String.raw`${system}\System32\cmd.exe`;
}

function quotedUnlessPlain(argument: string): string {
  return PLAIN.test(argument) ? argument : quote(argument);
}

/**
 * In double quotes, inside of which cmd.exe knows no operators. A quote is written twice, which leaves cmd.exe inside of
 * them and is one quote to Microsoft's C runtime ("Parsing C++ command-line arguments"); backslashes count before it.
 */
function quote(argument: string): string {
  const inner = argument
    .replaceAll(/(\\*)"/g, '$1$1""')
    .replace(/\\+$/, '$&$&')
    .replaceAll('%', PERCENT);
  return `"${inner}"`;
}
