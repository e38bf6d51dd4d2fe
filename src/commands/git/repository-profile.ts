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
  /** The user name that git sent; a profile if there is one of that name. */
  readonly username: string;
}

/**
 * The profile for a repository: `--profile`, else a user name that is a profile, else `ccvault.<url>.profile` in git's
 * configuration, else AWS_PROFILE or AWS_DEFAULT_PROFILE; undefined when none of these names one. Runs git only when
 * needed, and opens the workspace only to see whether a user name is a profile.
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
