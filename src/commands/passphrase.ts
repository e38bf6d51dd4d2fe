import { CliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { Workspace } from './shared/workspace.ts';

/** `ccvault passphrase`: changes the passphrase of the file backend. */
export async function run(
  _input: CommandInput<'passphrase'>,
  system: System,
  globals: Globals,
): Promise<number> {
  const workspace = new Workspace(system, globals);
  const store = await workspace.vault.store();
  if (store.changePassphrase === undefined) {
    throw new CliError('usage', `the ${store.name} backend has no passphrase that ccvault manages`, {
      hints: ['change it in the program that manages it'],
    });
  }
  await store.changePassphrase();
  system.out.info('the passphrase was changed');
  return 0;
}
