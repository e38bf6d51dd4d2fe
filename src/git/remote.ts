import { CliError } from '../core/errors.ts';
import type { Environment } from '../core/ports.ts';
import { withGitSettings } from './config-env.ts';
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

export interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly environment: Environment;
}

/**
 * Git's own https helper on a URL without credentials. It asks ccvault for them, and only ccvault: neither its arguments
 * nor the environment nor `.git/config` hold a secret, and no other helper is given one to store.
 */
export function remoteLaunch(
  git: string,
  name: string,
  target: HttpsUrl,
  setup: Setup,
  environment: Environment,
): Launch {
  const url = formatHttpsUrl(target);
  return {
    command: [git, 'remote-https', name, url],
    environment: withGitSettings(environment, settingsFor(url, setup)),
  };
}
