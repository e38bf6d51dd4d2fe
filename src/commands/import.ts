import { ccvaultCommand } from '../core/command-line.ts';
import { CliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { Workspace } from './shared/workspace.ts';

type ImportInput = CommandInput<'import'>;

/** `ccvault import`: imports keys from the plaintext files or aws-vault, or moves them from another backend. */
export async function run(input: ImportInput, system: System, globals: Globals): Promise<number> {
  const { from = 'credentials', scrub, sdk, dryRun } = input.options;
  if (from !== 'credentials' && (scrub || sdk)) {
    throw new CliError('usage', `--${scrub ? 'scrub' : 'sdk'} applies to plaintext files, not to ${from}`, {
      hints: [`leave it out, or leave out --from ${from}`],
    });
  }
  const workspace = new Workspace(system, globals);
  const { profiles } = input.arguments;
  switch (from) {
    case 'credentials': {
      const { importFromFiles } = await import('./import/from-files.ts');
      return importFromFiles({ profiles, scrub: scrub || sdk, sdk, dryRun }, workspace);
    }
    case 'aws-vault': {
      const { importFromAwsVault } = await import('./import/from-aws-vault.ts');
      return importFromAwsVault({ profiles, dryRun }, workspace);
    }
    case 'keyring':
    case 'file':
    case 'pass': {
      if (profiles.length > 0) {
        throw new CliError('usage', 'a move between backends moves every key', {
          hints: [`leave out the profiles: ${ccvaultCommand('import', { options: ['--from', from] })}`],
        });
      }
      const { moveFromBackend } = await import('./import/from-backend.ts');
      return moveFromBackend({ from, to: globals.backend, dryRun }, workspace);
    }
  }
}
