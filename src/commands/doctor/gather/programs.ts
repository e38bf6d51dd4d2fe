import type { System } from '../../../core/ports/system.ts';
import type { CompletionFacts, LinkFacts, ProgramFacts } from '../facts.ts';
import { tried } from './fault.ts';

const LINKS: readonly LinkFacts['name'][] = ['git-credential-ccvault', 'git-remote-codecommit'];

/** Where PATH finds ccvault and its other names. */
export async function gatherPrograms(
  system: Pick<System, 'env' | 'files' | 'host' | 'programs'>,
): Promise<ProgramFacts> {
  const locate = async (name: string): Promise<string | undefined> =>
    (await tried(() => system.programs.locate(name, system.env))).value;
  const links = LINKS.map(async (name) => {
    const path = await locate(name);
    return { name, path, isThis: path !== undefined && isThisProgram(path, system) };
  });
  return {
    ccvault: await locate('ccvault'),
    links: await Promise.all(links),
  };
}

/**
 * Whether a path is a link to the running program, or a copy; on Windows it is a script beside it, which is not read.
 */
function isThisProgram(path: string, { files, host }: Pick<System, 'files' | 'host'>): boolean {
  if (host.os === 'win32') return true;
  const own = host.startedAs.at(-1) ?? '';
  if (files.followLinks(path) === own) return true;
  const [mine, other] = [files.stat(own), files.stat(path)];
  return mine !== undefined && mine.size === other?.size && mine.modifiedAt === other.modifiedAt;
}

/** Where packages install completion scripts. */
const SHARED = {
  bash: ['bash-completion/completions/ccvault'],
  zsh: ['zsh/site-functions/_ccvault', 'zsh/vendor-completions/_ccvault'],
  fish: ['fish/vendor_completions.d/ccvault.fish'],
} as const;
const PREFIXES = ['/usr/share', '/usr/local/share', '/opt/homebrew/share'];
const START_FILES = { bash: ['.bashrc', '.bash_profile', '.bash_completion'], zsh: ['.zshrc'] } as const;

/** Whether the user's shell completes ccvault; undefined for other shells than bash, zsh and fish. */
export function gatherCompletion({
  env,
  files,
  host,
}: Pick<System, 'env' | 'files' | 'host'>): CompletionFacts | undefined {
  const home = host.homeDirectory;
  const shell = (['bash', 'zsh', 'fish'] as const).find(
    (name) => env['SHELL']?.endsWith(`/${name}`) === true,
  );
  if (shell === undefined || home === undefined) return undefined;
  const shared = SHARED[shell].some((path) =>
    PREFIXES.some((prefix) => files.stat(`${prefix}/${path}`) !== undefined),
  );
  if (shell === 'fish') {
    const path = `${env['XDG_CONFIG_HOME'] ?? `${home}/.config`}/fish/completions/ccvault.fish`;
    return { shell, path, isInstalled: shared || files.stat(path) !== undefined };
  }
  const folder = shell === 'zsh' ? (env['ZDOTDIR'] ?? home) : home;
  const [first, ...others] = START_FILES[shell].map((name) => `${folder}/${name}`);
  const path = first ?? folder;
  const called = [path, ...others].some(
    (file) => files.readText(file)?.includes('ccvault completion') === true,
  );
  return { shell, path, isInstalled: shared || called };
}
