import { ISOLATED_BROWSERS } from '../../console/browsers.ts';
import { SERVICES } from '../../console/services.ts';
import { REGION_NAMES } from '../../core/aws/region-names.ts';
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
}

/** A name with a control character in it cannot be handed to a shell a line each. */
function isOneLine(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return !/[\0-\x1f\x7f]/.test(name);
}
