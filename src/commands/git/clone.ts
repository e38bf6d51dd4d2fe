import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { HOST_PATTERNS, settingsFor } from '../../git/config-section.ts';
import { isRepositoryName } from '../../git/hosts.ts';
import { parseCodecommitUrl } from '../../git/malformed-url.ts';
import type { Setup } from '../../git/config-section.ts';
import { GIT_DIED, settingArguments } from '../../git/remote.ts';
import { formatHttpsUrl, parseHttpsUrl } from '../../git/url.ts';
import type { HttpsUrl } from '../../git/url.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { checkGitVersion, localConfigPath } from './config-file.ts';
import { hintAtSigner, planForRepository, workspaceForRepository } from './repository-credentials.ts';
import { profileForRepository } from './repository-profile.ts';
import type { RepositoryRequest } from './repository-profile.ts';
import { hintAtNewSubmodules, setUpRepository } from './repository-setup.ts';
import { checkProfile, stableProgram, targetOf } from './target.ts';
import { Workspace } from '../shared/workspace.ts';

interface Source {
  readonly target: HttpsUrl;
  readonly profile: string | undefined;
}

/**
 * `ccvault git clone`: shows its prompts before git starts, clones, and sets up the clone as `git setup` does. Returns
 * git's exit code.
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
  const request = { url, region: target.region, profile, username: '' };
  await prepareCredentials(workspaceForRepository(url, system, globals), request);
  const setup = { program: await stableProgram(system), profile };
  const directory = input.arguments.directory ?? directoryFor(target.repository, input.tail);
  const existed = system.files.stat(directory) !== undefined;
  const git = await system.programs.locate('git', system.env);
  // For all hosts, because of submodules: git clones them with the same options, but not with the clone's
  // configuration.
  const settings = HOST_PATTERNS.flatMap((pattern) => settingsFor(pattern, setup));
  const code = await system.process.run(
    [git, ...settingArguments(settings), 'clone', ...input.tail, '--', url, directory],
    system.env,
  );
  // Git keeps the clone where only its submodules failed: the set-up lets the user finish it with git alone.
  if (code === 0 || (!existed && isRepository(directory, system))) await setUpClone(directory, setup, system);
  if (code !== 0 && code <= GIT_DIED) await hintAtSigner(workspace, request);
  return code;
}

function isRepository(directory: string, { files }: System): boolean {
  return ['.git', 'HEAD'].some((name) => files.stat(`${directory}/${name}`) !== undefined);
}

async function setUpClone(directory: string, setup: Setup, system: System): Promise<void> {
  const config = await localConfigPath(directory, system);
  if (config === undefined) return;
  const repository = { folder: directory, config };
  await setUpRepository(repository, setup, { alias: false, hosts: [] }, system);
  await hintAtNewSubmodules(repository, setup, system);
}

async function sourceOf(workspace: Workspace, text: string, flag: string | undefined): Promise<Source> {
  if (flag !== undefined) await checkProfile(workspace, flag);
  const https = parseHttpsUrl(text);
  if (https !== undefined) return { target: https, profile: flag };
  if (text.includes(':') || text.includes('/')) {
    if (!text.startsWith('codecommit:')) {
      throw new CliError('usage', 'this is not the URL of a CodeCommit repository', {
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
      'the name of a repository has 1 to 100 letters, digits, dots, dashes and underscores',
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

/** Prompts for an MFA code or a passphrase here, before git draws its progress over the prompt. */
async function prepareCredentials(workspace: Workspace, request: RepositoryRequest): Promise<void> {
  const chosen = await profileForRepository(workspace.system, async () => workspace, request);
  await workspace.resolver({}).credentials(await planForRepository(workspace, chosen, request.region));
}

// The directory that git would choose (git-clone(1)), chosen here so that the set-up finds it afterwards.
function directoryFor(repository: string, options: readonly string[]): string {
  const name = repository.replace(/\.git$/, '');
  return options.includes('--bare') || options.includes('--mirror') ? `${name}.git` : name;
}
