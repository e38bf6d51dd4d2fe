import { ISOLATED_BROWSERS } from '../../console/browsers.ts';
import { SERVICES } from '../../console/services.ts';
import { REGION_NAMES } from '../../core/aws/region-names.ts';
import { printable } from '../../core/printable.ts';
import { nameById } from '../../core/sso/offered-roles.ts';
import type { Looked } from '../../spec/command.ts';
import { readIndex, storedKeysOf } from '../../vault/keys/index-file.ts';
import type { Workspace } from './workspace.ts';

/**
 * The names that completion proposes. Profiles come from the config files and the index, with `roles`, which can be
 * used like profiles. Throws CliError `config`.
 */
export function completionNames(
  what: Looked,
  workspace: () => Workspace,
  roles: readonly string[],
): readonly string[] {
  const storedNames = (): string[] => {
    const index = readIndex(workspace().system);
    return [...storedKeysOf(index === 'damaged' ? undefined : index).keys()];
  };
  switch (what) {
    case 'keys':
      return storedNames().filter(isShowable);
    case 'profiles': {
      const config = workspace().config();
      const others = [...storedNames(), ...roles].filter((name) => !config.isWritten(name));
      return [...config.profileNames(), ...others].filter(isShowable);
    }
    case 'sso-sessions':
      return workspace().config().ssoSessionNames().filter(isShowable);
    case 'regions':
      return REGION_NAMES;
    case 'services':
      return SERVICES;
    case 'browsers':
      return ISOLATED_BROWSERS;
  }
}

/** Whether a name can be proposed: a line break would make it two names, and shells print proposals unescaped. */
function isShowable(name: string): boolean {
  return printable(name) === name;
}

/** With more profiles than this, the list for an empty word is too long to read. */
const MANY_PROFILES = 1000;

/**
 * The roles of SSO sessions by their names, for the word typed so far: of the sessions whose name it begins, or that
 * begin it; by the account's id too where a digit follows the slash. The encrypted lists take longer to read than all
 * else, so they are not read for any other word.
 */
export async function completionRoles(typed: string, workspace: Workspace): Promise<readonly string[]> {
  const config = workspace.config();
  if (typed === '' && config.profileNames().length > MANY_PROFILES) return [];
  const sessions = config
    .ssoSessionNames()
    .filter((name) => name.startsWith(typed) || typed.startsWith(`${name}/`));
  if (sessions.length === 0) return [];
  const { keptRoles } = await import('../sso/kept-roles.ts');
  const roles = (await Promise.all(sessions.map((name) => keptRoles(workspace, name)))).flat();
  const names = roles.map(({ name }) => name);
  return /\/\d/.test(typed) ? [...names, ...roles.map(nameById)] : names;
}
