import { ssoRoleNamed } from '../../core/sso/role-profiles.ts';
import { recallAccount } from '../sso/know-account.ts';
import { commandLine, shellWord } from '../../core/command-line.ts';
import { CliError } from '../../core/errors.ts';
import { chooseRegion } from '../../core/plan/settings.ts';
import type { System } from '../../core/ports/system.ts';
import { unknownProfileHint } from '../../core/config/unknown-profile.ts';
import { viewProfile } from '../../core/config/profile-view.ts';
import { nearest } from '../../core/suggest.ts';
import type { Setup } from '../../git/config-section.ts';
import { formatCodecommitUrl, httpsUrl } from '../../git/url.ts';
import type { CodecommitUrl, HttpsUrl } from '../../git/url.ts';
import type { Workspace } from '../shared/workspace.ts';

/**
 * The https URL for a `codecommit://` URL. Its region is that of the URL, else of the environment, else of the profile.
 * Throws CliError `config` for an unknown profile and where no region is known, with the beginnings of
 * git-remote-codecommit's messages.
 */
export async function targetOf(workspace: Workspace, url: CodecommitUrl): Promise<HttpsUrl> {
  const { env } = workspace.system;
  if (url.profile !== undefined) await checkProfile(workspace, url.profile);
  const fromEnvironment = env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || undefined;
  const named = url.profile ?? fromEnvironment;
  const view = viewProfile(workspace.config(), named ?? 'default');
  const region = url.region ?? chooseRegion(undefined, env, view);
  if (region === undefined) {
    if (url.profile === undefined && fromEnvironment !== undefined) {
      await checkProfile(workspace, fromEnvironment);
    }
    throw noRegion(url, named ?? (workspace.config().hasProfile('default') ? 'default' : undefined));
  }
  const fips = env['AWS_USE_FIPS_ENDPOINT'] || view.get('use_fips_endpoint') || '';
  return httpsUrl(region, url.repository, { fips: fips.toLowerCase() === 'true' });
}

function noRegion({ profile, repository }: CodecommitUrl, owner: string | undefined): CliError {
  const withRegion = shellWord(formatCodecommitUrl({ profile, region: 'REGION', repository }));
  if (owner === undefined) {
    const withProfile = shellWord(formatCodecommitUrl({ profile: 'PROFILE', region: undefined, repository }));
    return new CliError(
      'config',
      `the AWS Region of ${repository} is unknown: neither the URL nor AWS_REGION names it, and no profile is given`,
      { hints: [`write ${withRegion} or ${withProfile}`] },
    );
  }
  const configure = commandLine('aws', 'configure', 'set', 'region', 'REGION', `--profile=${owner}`);
  return new CliError('config', `the following profile does not have an AWS Region: ${owner}`, {
    hints: [`write ${withRegion}, or add region to the profile: ${configure}`],
  });
}

// Nobody reads more, and a company may have hundreds of profiles.
const MAX_SUGGESTIONS = 5;

/** Throws CliError `config` for a profile that is neither in the config files nor in the vault. */
export async function checkProfile(workspace: Workspace, profile: string): Promise<void> {
  if (workspace.config().hasProfile(profile)) return;
  if (ssoRoleNamed(profile, workspace.config()) !== undefined) return recallAccount(workspace, profile);
  const stored = await workspace.vault.storedKeys();
  if (stored.has(profile)) return;
  const names = new Set([...workspace.config().profileNames(), ...stored.keys()]);
  const near = nearest(profile, names, MAX_SUGGESTIONS);
  throw new CliError('config', `the following profile was not found: ${profile}`, {
    hints: [
      near.length > 0
        ? `did you mean ${near.map(shellWord).join(' or ')}?`
        : unknownProfileHint(profile, names.size === 0, workspace.config()),
    ],
  });
}

/**
 * The words that start ccvault, for a line in git's configuration. For the standalone build that is the path on PATH,
 * if it leads to this very file: with a new version, a package manager changes what that path leads to. For the npm
 * build it includes the Node that runs it: a project may put another Node, too old for ccvault, first on PATH.
 */
export async function stableProgram(
  system: Pick<System, 'env' | 'files' | 'host' | 'programs'>,
): Promise<Setup['program']> {
  const { startedAs } = system.host;
  if (startedAs.length > 1) return startedAs;
  try {
    const named = await system.programs.locate('ccvault', system.env);
    const [mine, other] = [startedAs[0], named].map((path) => system.files.stat(path));
    const same = mine !== undefined && mine.size === other?.size && mine.modifiedAt === other.modifiedAt;
    return same ? [named] : startedAs;
  } catch {
    return startedAs;
  }
}
