import { ISOLATED_BROWSERS } from '../../console/browsers.ts';
import { SERVICES } from '../../console/services.ts';
import { REGION_NAMES } from '../../core/aws/region-names.ts';
import { printable } from '../../core/printable.ts';
import type { System } from '../../core/ports/system.ts';
import type { Looked } from '../../spec/command.ts';
import type { Globals } from '../../spec/options.ts';
import { readIndex, storedKeysOf } from '../../vault/keys/index-file.ts';
import { Workspace } from './workspace.ts';

/** The names that completion proposes: profiles from the config files and the index alone. Throws CliError `config`. */
export function completionNames(what: Looked, system: System, globals: Globals): readonly string[] {
  const storedNames = (): string[] => {
    const index = readIndex(system);
    return [...storedKeysOf(index === 'damaged' ? undefined : index).keys()];
  };
  switch (what) {
    case 'keys':
      return storedNames().filter(isShowable);
    case 'profiles': {
      const config = new Workspace(system, globals).config();
      const others = storedNames().filter((name) => !config.hasProfile(name));
      return [...config.profileNames(), ...others].filter(isShowable);
    }
    case 'sso-sessions':
      return new Workspace(system, globals).config().ssoSessionNames().filter(isShowable);
    case 'regions':
      return REGION_NAMES;
    case 'services':
      return SERVICES;
    case 'browsers':
      return ISOLATED_BROWSERS;
  }
}

/** A name with a line break in it would be two, and the shell shows proposals on the terminal as they are. */
function isShowable(name: string): boolean {
  return printable(name) === name;
}
