import type { Environment } from '../../core/ports/environment.ts';
import { commandNotFound, examine } from './find-program.ts';

// cmd.exe takes a `/` in its own path for the start of an option. On other systems only tests run this search.
const SEPARATOR = process.platform === 'win32' ? '\\' : '/';

/**
 * The endings to try for a program's name on Windows, in order. The name as it is counts only if it has an ending: a
 * file without one is for another system, like the scripts that npm puts beside its `.cmd` files.
 */
export function windowsEndings(name: string, environment: Environment): readonly string[] {
  const endings = (windowsVariable(environment, 'PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';');
  const own = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).includes('.');
  return own ? ['', ...endings] : endings;
}

/**
 * The file that a command names on Windows: a name with a separator as it is, any other from the first folder of PATH
 * that has it. As in PowerShell and in the shells of other systems, the current folder is not searched. Throws
 * CliError `failure` with code `command-not-found`.
 */
export function findWindowsProgram(name: string, environment: Environment): string {
  const endings = windowsEndings(name, environment);
  const bases = /[\\/:]/.test(name)
    ? [name]
    : (windowsVariable(environment, 'PATH') ?? '')
        .split(';')
        .map((folder) => folder.replaceAll('"', ''))
        .filter((folder) => folder !== '')
        .map((folder) => folder + SEPARATOR + name);
  for (const base of name === '' ? [] : bases) {
    for (const ending of endings) {
      const finding = examine(base + ending);
      // A file that cannot be examined may still be run: the app execution aliases of the Microsoft Store.
      if (finding === 'executable' || finding === 'unsearchable') return base + ending;
    }
  }
  throw commandNotFound(name);
}

/** The value of a variable; `name` is in capitals. Windows ignores case in variable names and writes `Path`. */
export function windowsVariable(environment: Environment, name: string): string | undefined {
  return environment[Object.keys(environment).find((given) => given.toUpperCase() === name) ?? name];
}
