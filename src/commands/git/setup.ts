import type { System } from '../../core/ports/system.ts';
import { ccvaultCommand, commandLine } from '../../core/command-line.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { helperLine, setupLines } from '../../git/config-section.ts';
import type { Setup } from '../../git/config-section.ts';
import { exactHost } from '../../git/hosts.ts';
import { laterHelpers } from '../../git/later-helpers.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { checkGitVersion, configFile } from './config-file.ts';
import type { ConfigFile } from './config-file.ts';
import { writeSetup } from './edit-config.ts';
import { hintAtNewSubmodules, setUpRepository } from './repository-setup.ts';
import { checkProfile, stableProgram } from './target.ts';
import { Workspace } from '../shared/workspace.ts';

/** `ccvault git setup`: makes git ask ccvault for CodeCommit hosts, and warns of helpers that git asks too. */
export async function run(
  input: CommandInput<'git setup'>,
  system: System,
  globals: Globals,
): Promise<number> {
  const { profile, alias } = input.options;
  const extras = { alias, hosts: exactHosts(input.options.host) };
  await checkGitVersion(system);
  const file = await configFile(input.options, system);
  const program = await stableProgram(system);
  if (profile !== undefined) await warnOfUnknown(new Workspace(system, globals), profile);
  const setup = { program, profile };
  const repository = { folder: '.', config: file.path };
  const { changed, hasSubmodules } =
    file.scope === 'local'
      ? await setUpRepository(repository, setup, extras, system)
      : {
          changed: await writeSetup(file.path, setupLines(setup, extras), system),
          hasSubmodules: false,
        };
  const where = `(${file.path}${hasSubmodules ? ' and those of its submodules' : ''})`;
  system.out.info(
    changed
      ? `git now asks ccvault for CodeCommit credentials ${where}`
      : `nothing to change: git already asks ccvault for CodeCommit credentials ${where}`,
  );
  if (file.scope === 'local') await hintAtNewSubmodules(repository, setup, system);
  await warnOfOthers(program, file, system);
  return 0;
}

/** Throws CliError `usage` for a host that the helper does not serve. */
function exactHosts(hosts: readonly string[]): readonly string[] {
  const exact = hosts.map((given) => {
    const host = exactHost(given);
    if (host !== undefined) return host;
    throw new CliError('usage', `${given} is not a CodeCommit host`, {
      hints: ['write the host alone, as in git-codecommit.eu-west-1.amazonaws.com'],
    });
  });
  return [...new Set(exact)].sort();
}

/** Warns of an unknown profile only: an image or a machine may be set up before its profiles exist. */
async function warnOfUnknown(workspace: Workspace, profile: string): Promise<void> {
  try {
    await checkProfile(workspace, profile);
  } catch (error) {
    if (!isCliError(error)) throw error;
    const { out } = workspace.system;
    out.warning(`${error.message}; writing the configuration anyway`);
    for (const hint of error.hints) out.hint(hint);
  }
}

async function warnOfOthers(program: Setup['program'], file: ConfigFile, system: System): Promise<void> {
  for (const { key, helper, origin } of await laterHelpers(
    helperLine(program),
    system.programs,
    system.env,
  )) {
    system.out.warning(
      `the helper "${helper}" (${origin}) comes after ccvault's: git gives it each password to store`,
    );
    const path = origin.replace(/^file:/, '');
    system.out.hint(
      file.scope === 'global' && path.endsWith('.git/config')
        ? `for this repository run: ${ccvaultCommand('git setup', { options: ['--local'] })}`
        : `move it before ccvault's lines, or remove it with: ${commandLine('git', 'config', '--file', path, '--unset-all', key)}`,
    );
  }
}
