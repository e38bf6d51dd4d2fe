import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { readIndex, storedKeysOf } from '../vault/keys/index-file.ts';
import { Workspace } from './shared/workspace.ts';

/** `ccvault __complete profiles`: a name a line, from config and index alone; silent when they are broken. */
export async function run(
  _input: CommandInput<'__complete'>,
  system: System,
  globals: Globals,
): Promise<number> {
  try {
    const index = readIndex(system);
    const stored = storedKeysOf(index === 'damaged' ? undefined : index);
    const names = new Set([...new Workspace(system, globals).config().profileNames(), ...stored.keys()]);
    system.out.data([...names].map((name) => `${name}\n`).join(''));
  } catch {
    return 1;
  }
  return 0;
}
