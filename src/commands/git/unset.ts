import type { System } from '../../core/ports/system.ts';
import type { CommandInput } from '../../spec/commands.ts';
import { configFile, removeSetup } from './config-file.ts';

/** `ccvault git unset`: takes back what `git setup` wrote, to the byte. */
export async function run(input: CommandInput<'git unset'>, system: System): Promise<number> {
  const { path, scope } = await configFile(input.options, system);
  if (removeSetup(path, system)) {
    system.out.info(`git no longer asks ccvault (${path})`);
  } else {
    const other = scope === 'local' ? '; for your own configuration run: ccvault git unset --global' : '';
    system.out.info(`nothing to take back in ${path}${other}`);
  }
  return 0;
}
