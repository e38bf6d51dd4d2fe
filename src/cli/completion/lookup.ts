import { Workspace } from '../../commands/shared/workspace.ts';
import { ISOLATED_BROWSERS } from '../../console/browsers.ts';
import { SERVICES } from '../../console/services.ts';
import { REGION_NAMES } from '../../core/aws/region-names.ts';
import type { System } from '../../core/ports/system.ts';
import type { Globals } from '../../spec/options.ts';
import { readIndex, storedKeysOf } from '../../vault/keys/index-file.ts';
import type { Lookup } from './propose.ts';

/** Looks up what completion proposes: profiles in the config files and the index alone. Its function throws CliError. */
export function createLookup(system: System, globals: Globals): Lookup {
  const storedNames = (): string[] => {
    const index = readIndex(system);
    return [...storedKeysOf(index === 'damaged' ? undefined : index).keys()];
  };
  return (what) => {
    switch (what) {
      case 'keys':
        return storedNames().filter(isOneLine);
      case 'profiles': {
        const configured = new Workspace(system, globals).config().profileNames();
        return [...new Set([...configured, ...storedNames()])].filter(isOneLine);
      }
      case 'regions':
        return REGION_NAMES;
      case 'services':
        return SERVICES;
      case 'browsers':
        return ISOLATED_BROWSERS;
    }
  };
}

/** A name with a control character in it cannot be handed to a shell a line each. */
function isOneLine(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return !/[\0-\x1f\x7f]/.test(name);
}
