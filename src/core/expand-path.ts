import { homeFor } from './home-directory.ts';
import type { Environment } from './ports/environment.ts';
import type { Host } from './ports/system.ts';

/**
 * Expands a path from the environment or the config file as botocore does (Python's `expandvars`, then `expanduser`):
 * `$NAME` and `${NAME}` become the value of the variable, or stay if it is unset; a leading `~` becomes the home
 * directory. Throws as homeFor.
 */
export function expandPath(path: string, env: Environment, host: Pick<Host, 'homeDirectory'>): string {
  const expanded = path.replaceAll(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (whole, name: string | undefined, braced: string | undefined) => env[name ?? braced ?? ''] ?? whole,
  );
  return expandHome(expanded, host);
}

/** Replaces a leading `~` by the home directory. Throws as homeFor. */
export function expandHome(path: string, host: Pick<Host, 'homeDirectory'>): string {
  return /^~(?:$|[/\\])/.test(path) ? `${homeFor(path, host)}${path.slice(1)}` : path;
}
