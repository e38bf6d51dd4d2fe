import { CliError } from '../../core/errors.ts';
import { chooseRegion } from '../../core/plan/settings.ts';
import type { System } from '../../core/ports/system.ts';
import { viewProfile } from '../../core/config/profile-view.ts';
import { httpsUrl } from '../../git/url.ts';
import type { CodecommitUrl, HttpsUrl } from '../../git/url.ts';
import type { Workspace } from '../shared/workspace.ts';

/**
 * Where the repository of a `codecommit://` URL is: its region is the URL's, else the environment's, else the profile's.
 * Throws CliError `config` for an unknown profile and for one without a region, with the heads of
 * git-remote-codecommit's messages.
 */
export async function targetOf(workspace: Workspace, url: CodecommitUrl): Promise<HttpsUrl> {
  const { env } = workspace.system;
  if (url.profile !== undefined) await checkProfile(workspace, url.profile);
  const name = url.profile ?? (env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default');
  const view = viewProfile(workspace.config(), name);
  const region = url.region ?? chooseRegion(undefined, env, view);
  if (region === undefined) {
    throw new CliError('config', `the following profile does not have an AWS Region: ${name}`, {
      hints: [
        `write codecommit::REGION://${url.profile === undefined ? '' : `${url.profile}@`}${url.repository}, or add region to the profile: aws configure set region REGION --profile ${name}`,
      ],
    });
  }
  const fips = env['AWS_USE_FIPS_ENDPOINT'] || view.get('use_fips_endpoint') || '';
  return httpsUrl(region, url.repository, { fips: fips.toLowerCase() === 'true' });
}

/** Throws CliError `config` for a profile that neither the config files nor the vault know. */
export async function checkProfile(workspace: Workspace, profile: string): Promise<void> {
  if (workspace.config().hasProfile(profile)) return;
  const stored = await workspace.vault.storedKeys();
  if (stored.has(profile)) return;
  const names = [...new Set([...workspace.config().profileNames(), ...stored.keys()])].sort();
  throw new CliError('config', `the following profile was not found: ${profile}`, {
    hints: [
      names.length === 0
        ? `store its key with: ccvault add ${profile}`
        : `available profiles are: ${names.slice(0, 20).join(', ')}`,
    ],
  });
}

/**
 * The path of ccvault for a line in git's configuration: as PATH names it where that is this very program, since a
 * package manager moves what the name points to with each version.
 */
export async function stableProgram(
  system: Pick<System, 'env' | 'files' | 'host' | 'programs'>,
): Promise<string> {
  const { executable } = system.host;
  try {
    const named = await system.programs.locate('ccvault', system.env);
    const [mine, other] = [executable, named].map((path) => system.files.stat(path));
    const same = mine !== undefined && mine.size === other?.size && mine.modifiedAt === other.modifiedAt;
    return same ? named : executable;
  } catch {
    return executable;
  }
}
