import type { Environment, Programs } from '../core/ports/system.ts';

type Git = Pick<Programs, 'runBriefly'>;

/**
 * A setting of git for a URL, the most fitting section first (git-config(1), `--get-urlmatch`), as the repository git
 * works in sees it; undefined when it is not set or git cannot be asked.
 */
export async function gitSettingFor(
  url: string,
  key: string,
  programs: Git,
  environment: Environment,
): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await programs.runBriefly(
      ['git', 'config', '--null', '--get-urlmatch', key, url],
      environment,
    );
    return exitCode === 0 ? stdout.replace(/\0$/, '') : undefined;
  } catch {
    return undefined;
  }
}

// What git takes for false (git_parse_maybe_bool), and what Git Credential Manager takes credential.interactive for.
const OFF: ReadonlySet<string> = new Set(['false', 'no', 'off', '0', 'never']);

/**
 * Why nobody may be asked on behalf of a git that wants a credential for this URL; undefined when somebody may.
 * GIT_TERMINAL_PROMPT is git's own switch, `credential.interactive` is set by git for its background maintenance
 * (git 2.47) and by people for build machines.
 */
export async function promptRefusal(
  url: string,
  programs: Git,
  environment: Environment,
): Promise<string | undefined> {
  const switched = environment['GIT_TERMINAL_PROMPT'];
  if (switched !== undefined && (switched === '' || OFF.has(switched.toLowerCase()))) {
    return `GIT_TERMINAL_PROMPT is ${switched === '' ? 'empty' : switched}`;
  }
  const interactive = await gitSettingFor(url, 'credential.interactive', programs, environment);
  return interactive !== undefined && OFF.has(interactive.toLowerCase())
    ? `credential.interactive is ${interactive}`
    : undefined;
}
