import { commandLine } from '../../../core/command-line.ts';
import { HOST_PATTERNS } from '../../../git/config-section.ts';
import { helpersInOrder } from '../../../git/later-helpers.ts';
import type { Facts, GitFacts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const OLDEST_GIT: readonly [number, number] = [2, 26];

/** Whether git asks ccvault for CodeCommit, and no other helper. */
export function checkGit({ git }: Facts): readonly Finding[] {
  if (git === undefined) return [];
  return [
    ...version(git),
    ...setUp(git),
    ...otherHelpers(git),
    ...storedPasswords(git),
    ...userInRemotes(git),
    ...submodules(git),
  ];
}

function finding(severity: Finding['severity'], message: string, fix: string): Finding {
  return { severity, check: 'git', message, fix };
}

/** Whether a helper line starts ccvault, in any of its installations. */
export function isOurHelper(helper: string | undefined): boolean {
  return helper !== undefined && (helper === 'ccvault' || /ccvault\S* credential-helper/.test(helper));
}

function version({ version: text }: GitFacts): readonly Finding[] {
  const [, major, minor] = (/(\d+)\.(\d+)/.exec(text) ?? []).map(Number);
  if (major === undefined || minor === undefined) return [];
  const [oldestMajor, oldestMinor] = OLDEST_GIT;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return [];
  return [
    finding(
      'error',
      `git ${major}.${minor} does not support wildcards in host names: 2.26 or newer is required`,
      'update git',
    ),
  ];
}

function setUp({ forms, remotes, missingPrograms }: GitFacts): readonly Finding[] {
  const covered = forms.filter(({ helper }) => isOurHelper(helper));
  const fix = 'ccvault git setup --global';
  if (covered.length === 0) {
    return remotes
      .slice(0, 1)
      .map(({ name, url }) =>
        finding('warning', `git does not ask ccvault for ${url} (remote ${name})`, 'ccvault git setup'),
      );
  }
  return [
    ...missingPrograms.map((program) =>
      finding('error', `git starts ${program} for CodeCommit, but it does not exist`, fix),
    ),
    ...forms
      .filter((form) => !covered.includes(form))
      .map(({ pattern, helper }) => {
        const instead = helper === undefined || helper === '' ? 'asks no one' : `asks "${helper}"`;
        return finding('warning', `git ${instead} for ${pattern}, but ccvault for other hosts`, fix);
      }),
    ...covered
      .filter(({ sendsPath }) => !sendsPath)
      .map(({ pattern }) =>
        finding('error', `git does not send ccvault the repository for ${pattern} (useHttpPath)`, fix),
      ),
  ];
}

/** Git asks helpers in order until one returns a password, and gives every password to each of them to store. */
function otherHelpers({ settings }: GitFacts): readonly Finding[] {
  const helpers = helpersInOrder(settings, HOST_PATTERNS[0]);
  const ours = helpers.findIndex(({ helper }) => isOurHelper(helper));
  if (ours === -1) return [];
  return helpers.flatMap(({ key, helper, origin }, index) => {
    if (isOurHelper(helper)) return [];
    const said = `the helper "${helper}" (${origin})`;
    const path = origin.replace(/^file:/, '');
    return index < ours
      ? [
          finding(
            'warning',
            `${said} is asked before ccvault, and may return expired passwords`,
            'ccvault git setup --global',
          ),
        ]
      : [
          finding(
            'warning',
            `${said} comes after ccvault's: git gives it each password to store`,
            path.endsWith('.git/config')
              ? 'ccvault git setup --local'
              : commandLine('git', 'config', '--file', path, '--unset-all', key),
          ),
        ];
  });
}

function storedPasswords({ storedPasswords: stored }: GitFacts): readonly Finding[] {
  return stored.map(({ path, host }) =>
    finding(
      'warning',
      `${path} has a password for ${host}: CodeCommit passwords expire after 15 minutes, and git gets a 403 with it`,
      `${commandLine('printf', String.raw`protocol=https\nhost=${host}\n\n`)} | ${commandLine('git', 'credential-store', '--file', path, 'erase')}`,
    ),
  );
}

function userInRemotes({ remotes }: GitFacts): readonly Finding[] {
  return remotes.flatMap(({ name, url }) => {
    const plain = url.replace(/^(https:\/\/)[^/?#]*@/i, '$1');
    if (plain === url) return [];
    return [
      finding(
        'warning',
        `remote ${name} has a user name in its URL: git asks for a password of that user`,
        commandLine('git', 'remote', 'set-url', name, plain),
      ),
    ];
  });
}

function submodules({ bareSubmodules }: GitFacts): readonly Finding[] {
  return bareSubmodules.map((name) =>
    finding(
      'warning',
      `git does not ask ccvault in submodule ${name}, which has a configuration of its own`,
      'ccvault git setup',
    ),
  );
}
