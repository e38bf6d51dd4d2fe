import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

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
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
