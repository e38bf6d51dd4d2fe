import { ambientPlan, planFor } from '../../core/plan/plan.ts';
import type { Plan } from '../../core/plan/steps.ts';
import { gitSettingFor, terminalForGit } from '../../git/ask-git.ts';
import type { System } from '../../core/ports/system.ts';
import { planWithoutName } from '../shared/choose-plan.ts';
import type { Globals } from '../../spec/options.ts';
import { Workspace } from '../shared/workspace.ts';

export interface RepositoryRequest {
  /** The https URL of the repository. */
  readonly url: string;
  /** The region of its host. */
  readonly region: string;
  /** `--profile`. */
  readonly profile: string | undefined;
  /** What git sent as user name; a profile if there is one of that name. */
  readonly username: string;
}

/**
 * The profile for a repository: `--profile`, a user name that is a profile, `ccvault.<url>.profile` of git's
 * configuration, AWS_PROFILE. Undefined when none of these names one. Git is asked only when it has to be.
 */
export async function profileForRepository(
  workspace: Workspace,
  request: RepositoryRequest,
): Promise<string | undefined> {
  if (request.profile !== undefined) return request.profile;
  const { env, programs } = workspace.system;
  if (request.username !== '') {
    if (workspace.config().hasProfile(request.username)) return request.username;
    if ((await workspace.vault.storedKeys()).has(request.username)) return request.username;
  }
  const configured = await gitSettingFor(request.url, 'ccvault.profile', programs, env);
  return configured || env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || undefined;
}

/**
 * The plan for a repository. Without a profile the keys of the environment come before `default`: git inside an `exec`
 * signs with that `exec`'s credentials.
 */
export async function planForRepository(
  workspace: Workspace,
  profile: string | undefined,
  region: string,
): Promise<Plan> {
  // The host's region also is where AWS STS is asked: it is in the right partition for certain.
  const options = { region };
  const context = await workspace.planContext();
  if (profile !== undefined) return planFor(profile, context, options);
  const ambient = workspace.system.env['AWS_ACCESS_KEY_ID'] ? ambientPlan(context, options) : undefined;
  return ambient ?? planWithoutName(workspace, options);
}

/** A workspace that asks a person only where the git that works on this URL may ask one. */
export function workspaceForRepository(
  url: string,
  system: System,
  globals: Pick<Globals, 'backend'>,
): Workspace {
  const terminal = terminalForGit(system.terminal, url, system.programs, system.env);
  return new Workspace({ ...system, terminal }, globals);
}
