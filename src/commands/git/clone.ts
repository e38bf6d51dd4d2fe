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
  const request = { url, region: target.region, profile, username: '' };
  await prepareCredentials(workspaceForRepository(url, system, globals), request);
  const setup = { program: await stableProgram(system), profile };
  const directory = input.arguments.directory ?? directoryFor(target.repository, input.tail);
  const existed = system.files.stat(directory) !== undefined;
  const git = await system.programs.locate('git', system.env);
  // All hosts, for submodules: they are cloned with the same settings, but not with the configuration of the clone.
  const settings = HOST_PATTERNS.flatMap((pattern) => settingsFor(pattern, setup));
  const code = await system.process.run(
    [git, ...settingArguments(settings), 'clone', ...input.tail, '--', url, directory],
    system.env,
  );
  // Git leaves the clone where only its submodules failed; then it is to be finished with git alone.
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
async function prepareCredentials(workspace: Workspace, request: RepositoryRequest): Promise<void> {
  const chosen = await profileForRepository(workspace.system, async () => workspace, request);
  await workspace.resolver({}).credentials(await planForRepository(workspace, chosen, request.region));
}

// As git names it (git-clone(1)); named here so that the set-up finds it afterwards.
function directoryFor(repository: string, options: readonly string[]): string {
  const name = repository.replace(/\.git$/, '');
  return options.includes('--bare') || options.includes('--mirror') ? `${name}.git` : name;
}
