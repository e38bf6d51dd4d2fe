import type { System } from '../../core/ports/system.ts';
import { gitSettingFor } from '../../git/ask-git.ts';
import type { Workspace } from '../shared/workspace.ts';

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
 * configuration, AWS_PROFILE. Undefined when none of these names one. Git is asked
 * only when it has to be, and the workspace opened only to see whether a user name is a profile.
 */
export async function profileForRepository(
  { env, programs }: Pick<System, 'env' | 'programs'>,
  open: () => Promise<Workspace>,
  request: RepositoryRequest,
): Promise<string | undefined> {
  if (request.profile !== undefined) return request.profile;
  if (request.username !== '') {
    const workspace = await open();
    if (workspace.config().hasProfile(request.username)) return request.username;
    if ((await workspace.vault.storedKeys()).has(request.username)) return request.username;
  }
  const configured = await gitSettingFor(request.url, 'ccvault.profile', programs, env);
  return configured || env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || undefined;
}
