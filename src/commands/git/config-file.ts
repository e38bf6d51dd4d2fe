import { CliError } from '../../core/errors.ts';
import { homeFor } from '../../core/home-directory.ts';
import type { System } from '../../core/ports/system.ts';

/** Where the set-up is written or removed. */
export interface ConfigFile {
  readonly path: string;
  readonly scope: 'global' | 'local';
}

// Git 2.26 introduced host wildcards in credential.<url> (its release notes).
const OLDEST_GIT = [2, 26] as const;

type Scope = { readonly global: boolean; readonly local: boolean };

/**
 * The configuration file that the options choose: without `global` that of the repository, which its worktrees share.
 * Throws CliError `usage` where that is needed outside a repository.
 */
export async function configFile(options: Scope, system: System): Promise<ConfigFile> {
  if (options.global) return { path: globalConfigPath(system), scope: 'global' };
  const path = await localConfigPath('.', system);
  if (path !== undefined) return { path, scope: 'local' };
  throw new CliError('usage', 'this is not a git repository', {
    hints: ["run it inside one, or use --global for the user's configuration"],
  });
}

/** The file that `git config --global` writes (git-config(1), "FILES"). */
function globalConfigPath({ env, files, host }: System): string {
  const named = env['GIT_CONFIG_GLOBAL'];
  if (named) return named;
  const home = homeFor("git's configuration", host);
  const own = `${home}/.gitconfig`;
  const xdg = `${env['XDG_CONFIG_HOME'] || `${home}/.config`}/git/config`;
  return files.stat(own) === undefined && files.stat(xdg) !== undefined ? xdg : own;
}

/** The configuration file of the repository that contains a folder, shared by its worktrees; undefined outside one. */
export async function localConfigPath(folder: string, system: System): Promise<string | undefined> {
  const { exitCode, stdout } = await system.programs.runBriefly(
    ['git', '-C', folder, 'rev-parse', '--git-path', 'config'],
    system.env,
  );
  const path = stdout.replace(/\r?\n$/, '');
  if (exitCode !== 0 || path === '') return undefined;
  const absolute = /^(?:[/\\]|[A-Za-z]:)/.test(path);
  return absolute || folder === '.' ? path : `${folder}/${path}`;
}

/** Throws CliError `config` for a git before 2.26, which takes the host patterns of the set-up literally. */
export async function checkGitVersion(system: System): Promise<void> {
  const { stdout } = await system.programs.runBriefly(['git', '--version'], system.env);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (major === undefined || minor === undefined) return;
  const [oldestMajor, oldestMinor] = OLDEST_GIT;
  if (Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor)) return;
  throw new CliError(
    'config',
    `git ${major}.${minor} does not support wildcards in host names: 2.26 or newer is required`,
    {
      hints: ['update git'],
    },
  );
}
