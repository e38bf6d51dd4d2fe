import type { System } from '../../core/ports/system.ts';
import type { CommandInput } from '../../spec/commands.ts';
import { configFile } from './config-file.ts';
import { removeSetup } from './edit-config.ts';
import { unsetRepository } from './repository-setup.ts';

/** `ccvault git unset`: removes exactly what `git setup` wrote. */
export async function run(input: CommandInput<'git unset'>, system: System): Promise<number> {
  const { path, scope } = await configFile(input.options, system);
  const changed =
    scope === 'global'
      ? await removeSetup(path, system)
      : (await unsetRepository({ folder: '.', config: path }, system)).changed;
  if (changed) {
    system.out.info(`git no longer asks ccvault (${path})`);
  } else {
    const other = scope === 'local' ? '; for your own configuration run: ccvault git unset --global' : '';
    system.out.info(`nothing to remove from ${path}${other}`);
  }
  return 0;
}
