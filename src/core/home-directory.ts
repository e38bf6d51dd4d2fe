import { CliError } from './errors.ts';
import type { Host } from './ports/system.ts';

/** The user's home folder, for a path in it. Throws CliError `config` where there is none; `what` says what needs it. */
export function homeFor(what: string, { homeDirectory }: Pick<Host, 'homeDirectory'>): string {
  if (homeDirectory !== undefined) return homeDirectory;
  throw noHome(what, []);
}

/** The error for a path below a home folder that is not known; `instead` are variables that name the path itself. */
export function noHome(what: string, instead: readonly string[]): CliError {
  return new CliError('config', `HOME is not set, and ${what} is in the home folder`, {
    hints: [`set ${['HOME', ...instead].join(' or ')}`],
    code: 'no-home',
  });
}
