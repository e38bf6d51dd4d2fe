import { homeFor } from './home-directory.ts';
import type { Environment } from './ports/environment.ts';
import type { Host } from './ports/system.ts';

/**
 * A path of the environment or the config file as botocore reads it (Python's `expandvars`, then `expanduser`):
 * `$NAME` and `${NAME}` give way to their values and stay as they are where there is none, `~` at the beginning to the
 * home directory, where there must be one.
 */
export function expandPath(path: string, env: Environment, host: Pick<Host, 'homeDirectory'>): string {
  const expanded = path.replaceAll(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (whole, name: string | undefined, braced: string | undefined) => env[name ?? braced ?? ''] ?? whole,
  );
  return expandHome(expanded, host);
}

/** A path with the home directory, where there must be one, in the place of a `~` at its beginning. */
export function expandHome(path: string, host: Pick<Host, 'homeDirectory'>): string {
  return /^~(?:$|[/\\])/.test(path) ? `${homeFor(path, host)}${path.slice(1)}` : path;
}
