import type { System } from '../../core/ports/system.ts';
import { helperLine, setupLines } from '../../git/config-section.ts';
import { laterHelpers } from '../../git/later-helpers.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { checkGitVersion, configFile, writeSetup } from './config-file.ts';
import type { ConfigFile } from './config-file.ts';
import { checkProfile, stableProgram } from './target.ts';
import { Workspace } from '../shared/workspace.ts';

/** `ccvault git setup`: makes git ask ccvault for CodeCommit hosts, and says when another helper asks beside it. */
export async function run(
  input: CommandInput<'git setup'>,
  system: System,
  globals: Globals,
): Promise<number> {
  const { profile, alias } = input.options;
  if (profile !== undefined) await checkProfile(new Workspace(system, globals), profile);
  await checkGitVersion(system);
  const file = await configFile(input.options, system);
  const program = await stableProgram(system);
  const changed = writeSetup(file.path, setupLines({ program, profile }, { alias }), system);
  system.out.info(
    changed
      ? `git now asks ccvault for CodeCommit credentials (${file.path})`
      : `nothing to change: git asks ccvault for CodeCommit credentials already (${file.path})`,
  );
  await warnOfOthers(program, file, system);
  return 0;
}

async function warnOfOthers(program: string, file: ConfigFile, system: System): Promise<void> {
  for (const { helper, origin } of await laterHelpers(helperLine(program), system.programs, system.env)) {
    system.out.warning(
      `the helper "${helper}" (${origin}) comes after ccvault's: git gives it each password to store`,
    );
    const path = origin.replace(/^file:/, '');
    system.out.hint(
      file.scope === 'global' && path.endsWith('.git/config')
        ? 'for this repository run: ccvault git setup --local'
        : `take it away with: git config --file '${path}' --unset-all credential.helper, or move it before ccvault's lines`,
    );
  }
}
