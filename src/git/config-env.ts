import type { Environment } from '../core/ports.ts';

/**
 * An environment in which git has these settings besides its own, after all others (git-config(1), GIT_CONFIG_COUNT,
 * git 2.31 and later). Settings that are passed this way already stay.
 */
export function withGitSettings(
  environment: Environment,
  settings: readonly (readonly [key: string, value: string])[],
): Environment {
  const given = environment['GIT_CONFIG_COUNT'] ?? '';
  const first = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  const added: Record<string, string> = { GIT_CONFIG_COUNT: String(first + settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    added[`GIT_CONFIG_KEY_${first + index}`] = key;
    added[`GIT_CONFIG_VALUE_${first + index}`] = value;
  }
  return { ...environment, ...added };
}
