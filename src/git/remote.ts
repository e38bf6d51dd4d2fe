import { CliError } from '../core/errors.ts';
import { settingsFor } from './config-section.ts';
import type { Setup } from './config-section.ts';
import { formatHttpsUrl } from './url.ts';
import type { HttpsUrl } from './url.ts';

/**
 * The arguments that git passes to a remote helper (gitremote-helpers(7)): the remote's name, or its URL where it has
 * no name, and the URL. Throws CliError `usage` for fewer or more.
 */
export function remoteArguments(words: readonly string[]): { readonly name: string; readonly url: string } {
  const [name, url, ...rest] = words;
  if (name === undefined || url === undefined) {
    throw new CliError('usage', 'too few arguments: this hook requires the git command and remote', {
      hints: HINTS,
    });
  }
  if (rest.length > 0) {
    throw new CliError('usage', 'too many arguments: this hook only accepts the git command and remote', {
      hints: HINTS,
    });
  }
  return { name, url };
}

const HINTS = ['git runs git-remote-codecommit by itself, for codecommit:// URLs'];

/**
 * The command line of git's own https helper, on a URL without credentials. It asks ccvault for them, and only ccvault:
 * neither its arguments nor the environment nor `.git/config` hold a secret, and no other helper gets one to store.
 */
export function remoteCommand(
  git: string,
  name: string,
  target: HttpsUrl,
  setup: Setup,
): readonly [string, ...string[]] {
  const url = formatHttpsUrl(target);
  return [git, ...settingArguments(settingsFor(url, setup)), 'remote-https', name, url];
}

/**
 * Settings as options of git, which passes them on to the programs it starts. They apply after all others, including
 * GIT_CONFIG_COUNT and an outer `git -c`, so that no helper of those remains.
 */
export function settingArguments(
  settings: readonly (readonly [key: string, value: string])[],
): readonly string[] {
  return settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/**
 * Git's exit code when it gives up (usage.c, die), for example because of a 403 or a repository that does not exist.
 */
export const GIT_DIED = 128;
