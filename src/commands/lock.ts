import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { Workspace } from './shared/workspace.ts';

/** `ccvault lock`: removes the session key from the kernel keyring. */
export async function run(_input: CommandInput<'lock'>, system: System, globals: Globals): Promise<number> {
  await new Workspace(system, globals).sessionKey.lock();
  system.out.info('locked: the next command reads the session key from the backend');
  return 0;
}
