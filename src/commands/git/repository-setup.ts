import { ccvaultCommand } from '../../core/command-line.ts';
import type { System } from '../../core/ports/system.ts';
import { gitSettingFor } from '../../git/ask-git.ts';
import { helperLine, HOST_PATTERNS, setupLines } from '../../git/config-section.ts';
import type { Setup, SetupExtras } from '../../git/config-section.ts';
import { codecommitHosts, REMOTE_URLS } from '../../git/remote-hosts.ts';
import { removeSetup, writeSetup } from './edit-config.ts';

/** A repository on this machine. */
export interface Repository {
  /** A folder of its work tree, or its own if it is bare. */
  readonly folder: string;
  /** Its configuration file. */
  readonly config: string;
}

export interface Changed {
  readonly changed: boolean;
  readonly hasSubmodules: boolean;
}

/**
 * Makes the set-up in a repository and in each of its submodules, nested ones too: git reads no more than a submodule's
 * own configuration when it fetches there. The hosts of the remotes are named exactly as well.
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

/** Takes the set-up out of a repository and of each of its submodules. */
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

/** Of the submodules that are checked out, wherever git keeps them, and of those it keeps for other commits. */
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
  // Most are among both, under two names; the second change of one finds nothing left to do.
  return [...checkedOut, ...kept].map((gitDirectory) => `${gitDirectory}/config`);
}

/** A submodule's name may have slashes in it, and a submodule submodules of its own. */
function modulesBelow(folder: string, system: System): readonly string[] {
  return system.files.list(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    const isRepository = system.files.stat(`${path}/HEAD`) !== undefined;
    return isRepository ? [path].concat(modulesBelow(`${path}/modules`, system)) : modulesBelow(path, system);
  });
}

/**
 * Says what git's design leaves out: it clones a submodule with the user's configuration alone, so one that is not there
 * yet is not covered. Nothing where that configuration has the set-up, or no submodules are declared.
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
