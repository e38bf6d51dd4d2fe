import { join } from 'node:path';
import { execaSync } from 'execa';
import { VERSION } from '../src/version.ts';
import type { Target } from './targets.ts';
import { executableName } from './targets.ts';

export const ROOT = join(import.meta.dirname, '..');

/** What is published, and VERIFIED.md beside it. */
export const RELEASE = join(ROOT, 'dist/release');

/** What the artefacts are made of; `make dist` begins it anew. */
export const WORK = join(ROOT, 'dist/work');

/** What `make verify-dist` keeps from one run to the next: package lists, a root file system. */
export const CACHE = join(ROOT, 'dist/cache');

export { VERSION };

export const HOMEPAGE = 'https://github.com/ccvault/ccvault';
export const MAINTAINER = 'ccvault maintainers <maintainers@ccvault.invalid>';
export const SUMMARY = 'AWS credentials from the system keyring, for commands and for git';
export const DESCRIPTION = [
  'Keeps long-lived AWS access keys in the system keyring and gives the commands',
  'you run short-lived credentials instead, with MFA, role chains and IAM Identity',
  "Center. Signs git's requests to AWS CodeCommit.",
];

/** The moment of the commit, in seconds since 1970: the only time that an artefact may carry. */
export const COMMIT_TIME = Number(git('log', '-1', '--format=%ct'));

/** How hard xz tries: `make dist XZ_LEVEL=0` is six times quicker, and its files are a sixth larger. */
export const XZ_LEVEL = Number(process.env['XZ_LEVEL'] ?? '6');

/** The names that the program answers to, beside its own. */
export const OTHER_NAMES = ['git-credential-ccvault', 'git-remote-codecommit'] as const;

/** Where the executable of a target stands. */
export function executableOf(target: Target): string {
  return join(RELEASE, 'executables', target.id, executableName(target));
}

function git(...args: readonly string[]): string {
  return execaSync('git', args, { cwd: ROOT }).stdout;
}
