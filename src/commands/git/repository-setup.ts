import { ccvaultCommand } from '../../core/command-line.ts';
import type { System } from '../../core/ports/system.ts';
import { gitSettingFor } from '../../git/ask-git.ts';
import { helperLine, HOST_PATTERNS, setupLines } from '../../git/config-section.ts';
import type { Setup, SetupExtras } from '../../git/config-section.ts';
import { codecommitHosts, REMOTE_URLS } from '../../git/remote-hosts.ts';
import { removeSetup, writeSetup } from './edit-config.ts';

/** A repository on this machine. */
export interface Repository {
  /** A folder in its work tree, or the repository's own folder if it is bare. */
  readonly folder: string;
  /** Its configuration file. */
  readonly config: string;
}

export interface Changed {
  readonly changed: boolean;
  readonly hasSubmodules: boolean;
}

/**
 * Writes the set-up to a repository and each of its submodules, nested ones too: in a submodule, git does not read the
 * configuration of the repository around it. Adds the exact hosts of the remotes.
 */
export async function setUpRepository(
  repository: Repository,
  setup: Setup,
  extras: SetupExtras,
  system: System,
): Promise<Changed> {
  return changeEach(repository, system, async (config) => {
    const hosts = [...new Set([...extras.hosts, ...(await remoteHosts(config, system))])];
    return writeSetup(config, setupLines(setup, { ...extras, hosts }), system);
  });
}

/** Removes the set-up from a repository and each of its submodules. */
export async function unsetRepository(repository: Repository, system: System): Promise<Changed> {
  return changeEach(repository, system, (config) => removeSetup(config, system));
}

async function changeEach(
  repository: Repository,
  system: System,
  change: (config: string) => Promise<boolean>,
): Promise<Changed> {
  const submodules = await submoduleConfigs(repository, system);
  let changed = false;
  for (const config of [repository.config, ...submodules]) changed = (await change(config)) || changed;
  return { changed, hasSubmodules: submodules.length > 0 };
}

async function remoteHosts(config: string, { programs, env }: System): Promise<readonly string[]> {
  const { stdout } = await programs.runBriefly(
    ['git', 'config', '--file', config, '--null', '--get-regexp', REMOTE_URLS],
    env,
  );
  return codecommitHosts(stdout);
}

/** The configuration files of the submodules that are checked out, and of those that git keeps for other commits. */
async function submoduleConfigs({ folder, config }: Repository, system: System): Promise<readonly string[]> {
  const { stdout } = await system.programs.run(
    [
      'git',
      '-C',
      folder,
      'submodule',
      '--quiet',
      'foreach',
      '--recursive',
      'git rev-parse --absolute-git-dir',
    ],
    { environment: system.env, stderr: 'ignore' },
  );
  const checkedOut = stdout.split('\n').filter((line) => line !== '');
  const own = config.replace(/config$/, '');
  const worktrees = system.files.list(`${own}worktrees`).map((name) => `${own}worktrees/${name}/`);
  const kept = [own, ...worktrees].flatMap((place) => modulesBelow(`${place}modules`, system));
  // Most are in both lists, by two paths; the second change of one finds nothing left to do.
  return [...checkedOut, ...kept].map((gitDirectory) => `${gitDirectory}/config`);
}

/** The git directories of submodules in a folder, nested ones too. A submodule's name may contain slashes. */
function modulesBelow(folder: string, system: System): readonly string[] {
  return system.files.list(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    const isRepository = system.files.stat(`${path}/HEAD`) !== undefined;
    return isRepository ? [path].concat(modulesBelow(`${path}/modules`, system)) : modulesBelow(path, system);
  });
}

/**
 * Hints that a submodule that is not cloned yet is not covered, because git clones it with the user's configuration
 * alone. Says nothing where that configuration has the set-up or the repository declares no submodules.
 */
export async function hintAtNewSubmodules(
  { folder }: Repository,
  { program, profile }: Setup,
  system: System,
): Promise<void> {
  const { programs, env, files, out } = system;
  const { stdout } = await programs.runBriefly(['git', '-C', folder, 'rev-parse', '--show-toplevel'], env);
  const top = stdout.replace(/\r?\n$/, '');
  if (top === '' || files.stat(`${top}/.gitmodules`) === undefined) return;
  const url = `${HOST_PATTERNS[0].replace('*', 'us-east-1')}/`;
  if ((await gitSettingFor(url, 'credential.helper', programs, env, ['--global'])) === helperLine(program))
    return;
  const options = ['--global', ...(profile === undefined ? [] : [`--profile=${profile}`])];
  out.hint(
    `git clones new submodules with your global configuration only; cover them with: ${ccvaultCommand('git setup', { options })}`,
  );
}
