import type { Environment } from '../../core/ports/environment.ts';
import { commandNotFound, examine } from './find-program.ts';

// cmd.exe reads a `/` in its own path as the start of an option. On other systems, tests run this search.
const SEPARATOR = process.platform === 'win32' ? '\\' : '/';

/**
 * What is added to a program's name on Windows, in the order of the search: nothing only where the name has an ending of
 * its own. A file without one is for another system: npm puts such a script beside each of its `.cmd` files.
 */
export function windowsEndings(name: string, environment: Environment): readonly string[] {
  const endings = (windowsVariable(environment, 'PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';');
  const own = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).includes('.');
  return own ? ['', ...endings] : endings;
}

/**
 * The file that a command names on Windows: a name with a separator as it is, any other from the first folder of PATH that
 * has it. As in PowerShell and in the shells of other systems, the current folder is none of them.
 * Throws CliError `failure` with code `command-not-found`.
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
      // What may not be looked at may still be run: the aliases of apps from Microsoft's store.
      if (finding === 'executable' || finding === 'unsearchable') return base + ending;
    }
  }
  throw commandNotFound(name);
}

/** A variable in any case: Windows writes `Path` and accepts any spelling. */
export function windowsVariable(environment: Environment, name: string): string | undefined {
  return environment[Object.keys(environment).find((given) => given.toUpperCase() === name) ?? name];
}
