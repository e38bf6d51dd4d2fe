import { expandPath } from '../../core/expand-path.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { Host } from '../../core/ports/system.ts';

/** The folder of the vault with the copies that `exec --server` gives programs in place of the user's AWS files. */
export const SERVED_FILES = 'servers';

export interface AwsFile {
  readonly variable: 'AWS_CONFIG_FILE' | 'AWS_SHARED_CREDENTIALS_FILE';
  /** In `~/.aws`. */
  readonly name: 'config' | 'credentials';
}

export const CONFIG_FILE: AwsFile = { variable: 'AWS_CONFIG_FILE', name: 'config' };
export const CREDENTIALS_FILE: AwsFile = { variable: 'AWS_SHARED_CREDENTIALS_FILE', name: 'credentials' };

interface Place {
  readonly env: Environment;
  readonly host: Pick<Host, 'homeDirectory' | 'vaultDirectory'>;
}

/** The path of an AWS file, which may not exist; undefined where it needs a home folder and there is none. */
export function pathOfAwsFile(file: AwsFile, place: Place): string | undefined {
  return namedPath(file, place) ?? defaultPath(file, place);
}

/** The path of an AWS file where no variable names another one. */
export function defaultPath({ name }: AwsFile, { host }: Place): string | undefined {
  return host.homeDirectory === undefined ? undefined : `${host.homeDirectory}/.aws/${name}`;
}

function namedPath({ variable }: AwsFile, { env, host }: Place): string | undefined {
  const given = env[variable];
  if (!given) return undefined;
  // Inside `exec --server` the variable may name our copy, and another variable the user's own file.
  const copied = given.startsWith(`${host.vaultDirectory}/${SERVED_FILES}/`);
  const set = copied ? env[`CCVAULT_${variable}`] : given;
  return set ? expandPath(set, env, host) : undefined;
}
