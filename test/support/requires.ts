import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * What node:test's `skip` wants: false when every program is on the PATH, else the reason. Where nothing may be
 * skipped (CCVAULT_TEST_REQUIRE_ALL=1) a missing program throws.
 */
export function requires(...programs: readonly string[]): false | string {
  const missing = programs.filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) return false;
  const reason = `not installed: ${missing.join(', ')}`;
  if (process.env['CCVAULT_TEST_REQUIRE_ALL'] === '1') throw new Error(reason);
  return reason;
}

/** The path of a program on the PATH. */
export function findProgram(name: string): string | undefined {
  return findProgramIn(name, process.env['PATH'] ?? '', process.cwd());
}

/** The path of a program on some other search path; a name with a slash is looked for from `cwd`. */
export function findProgramIn(name: string, searchPath: string, cwd: string): string | undefined {
  const candidates = name.includes('/')
    ? [resolve(cwd, name)]
    : searchPath
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}
