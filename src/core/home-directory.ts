import { CliError } from './errors.ts';
import type { Host } from './ports/system.ts';

/** The user's home folder. Throws CliError `config` with code `no-home` if there is none; `what` is what needs it. */
export function homeFor(what: string, { homeDirectory }: Pick<Host, 'homeDirectory'>): string {
  if (homeDirectory !== undefined) return homeDirectory;
  throw noHome(what, []);
}

/** The error for a path in an unknown home folder. `instead` are variables that would name the path itself. */
export function noHome(what: string, instead: readonly string[]): CliError {
  return new CliError('config', `HOME is not set, and ${what} is in the home folder`, {
    hints: [`set ${['HOME', ...instead].join(' or ')}`],
    code: 'no-home',
  });
}
