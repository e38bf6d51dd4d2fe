import { CliError } from '../core/errors.ts';
import { settingsFor } from './config-section.ts';
import type { Setup } from './config-section.ts';
import { formatHttpsUrl } from './url.ts';
import type { HttpsUrl } from './url.ts';

/**
 * What git gives a remote helper (gitremote-helpers(7)): the remote's name, or its URL where it has none, and the URL.
 * Throws CliError `usage` for fewer or more.
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
 * Git's own https helper on a URL without credentials. It asks ccvault for them, and only ccvault: neither its arguments
 * nor the environment nor `.git/config` hold a secret, and no other helper is given one to store.
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
 * Settings as options of git, which passes them on to what it starts. They come after all others, those of
 * GIT_CONFIG_COUNT and of an outer `git -c` among them, so that no helper of these is left.
 */
export function settingArguments(
  settings: readonly (readonly [key: string, value: string])[],
): readonly string[] {
  return settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/** What git ends with when it gives up (usage.c, die): a 403 and a repository that is not there among the reasons. */
export const GIT_DIED = 128;
