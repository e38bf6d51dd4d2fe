import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { HOST_PATTERNS, settingsFor, setupLines } from '../../git/config-section.ts';
import { isRepositoryName } from '../../git/hosts.ts';
import { parseCodecommitUrl } from '../../git/malformed-url.ts';
import { settingArguments } from '../../git/remote.ts';
import { formatHttpsUrl, parseHttpsUrl } from '../../git/url.ts';
import type { HttpsUrl } from '../../git/url.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { checkGitVersion, localConfigPath, writeSetup } from './config-file.ts';
import { planForRepository, profileForRepository, workspaceForRepository } from './repository-credentials.ts';
import { checkProfile, stableProgram, targetOf } from './target.ts';
import { Workspace } from '../shared/workspace.ts';

interface Source {
  readonly target: HttpsUrl;
  readonly profile: string | undefined;
}

/**
 * `ccvault git clone`: asks for what has to be asked before git starts, clones, and leaves the set-up in the clone.
 * Gives git's exit code.
 */
export async function run(
  input: CommandInput<'git clone'>,
  system: System,
  globals: Globals,
): Promise<number> {
  system.process.prepare();
  const workspace = new Workspace(system, globals);
  const { target, profile } = await sourceOf(workspace, input.arguments.repository, input.options.profile);
  const url = formatHttpsUrl(target);
  await checkGitVersion(system);
  await prepareCredentials(workspaceForRepository(url, system, globals), url, target.region, profile);
  const setup = { program: await stableProgram(system), profile };
  const directory = input.arguments.directory ?? directoryFor(target.repository, input.tail);
  const git = await system.programs.locate('git', system.env);
  // All hosts, for submodules: they are cloned with the same settings, but not with the configuration of the clone.
  const settings = HOST_PATTERNS.flatMap((pattern) => settingsFor(pattern, setup));
  const code = await system.process.run(
    [git, ...settingArguments(settings), 'clone', ...input.tail, '--', url, directory],
    system.env,
  );
  if (code !== 0) return code;
  const config = await localConfigPath(directory, system);
  if (config !== undefined) writeSetup(config, setupLines(setup, { alias: false }), system);
  return 0;
}

async function sourceOf(workspace: Workspace, text: string, flag: string | undefined): Promise<Source> {
  if (flag !== undefined) await checkProfile(workspace, flag);
  const https = parseHttpsUrl(text);
  if (https !== undefined) return { target: https, profile: flag };
  if (text.includes(':') || text.includes('/')) {
    if (!text.startsWith('codecommit:')) {
      throw new CliError('usage', 'this is no URL of a CodeCommit repository', {
        hints: ['write codecommit://PROFILE@REPOSITORY, or clone it with git clone'],
      });
    }
    const url = parseCodecommitUrl(text);
    const profile = flag ?? url.profile;
    return { target: await targetOf(workspace, { ...url, profile }), profile };
  }
  if (!isRepositoryName(text)) {
    throw new CliError(
      'usage',
      'a repository has 1 to 100 letters, digits, dots, dashes and underscores in its name',
      {
        hints: ['write the name alone, or codecommit://PROFILE@REPOSITORY'],
      },
    );
  }
  return {
    target: await targetOf(workspace, { profile: flag, region: undefined, repository: text }),
    profile: flag,
  };
}

/** An MFA code or a passphrase is asked for here, before git draws its progress over the question. */
async function prepareCredentials(
  workspace: Workspace,
  url: string,
  region: string,
  profile: string | undefined,
): Promise<void> {
  const chosen = await profileForRepository(workspace, { url, region, profile, username: '' });
  await workspace.resolver({}).credentials(await planForRepository(workspace, chosen, region));
}

// As git names it (git-clone(1)); named here so that the set-up finds it afterwards.
function directoryFor(repository: string, options: readonly string[]): string {
  const name = repository.replace(/\.git$/, '');
  return options.includes('--bare') || options.includes('--mirror') ? `${name}.git` : name;
}
