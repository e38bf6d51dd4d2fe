import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import type { ConfigFacts, Facts, GitFacts, VaultFacts } from '../../../../src/commands/doctor/facts.ts';
import { HOST_PATTERNS } from '../../../../src/git/config-section.ts';

const OURS = "!'/usr/bin/ccvault' credential-helper";

/** A machine on which nothing is wrong. */
export const SOUND_GIT: GitFacts = {
  version: 'git version 2.47.3',
  settings: [
    { key: 'credential.helper', value: 'store', origin: 'file:/home/me/.gitconfig' },
    { key: `credential.${HOST_PATTERNS[0]}.helper`, value: '', origin: 'file:/home/me/.gitconfig' },
    { key: `credential.${HOST_PATTERNS[0]}.helper`, value: OURS, origin: 'file:/home/me/.gitconfig' },
  ],
  forms: HOST_PATTERNS.map((pattern) => ({ pattern, helper: OURS, sendsPath: true })),
  missingPrograms: [],
  verifiesTls: true,
  remotes: [{ name: 'origin', url: 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo' }],
  bareSubmodules: [],
  storedPasswords: [],
};

export const SOUND_VAULT: VaultFacts = {
  directory: '/vault',
  files: [{ path: '/vault', kind: 'folder', mode: 0o700, isOurs: true }],
  indexPath: '/vault/index.json',
  index: 'read',
  backend: 'keyring',
  keys: [],
  rotations: [],
  fault: undefined,
  items: [],
  refused: new Map(),
};

export function configFacts(config: string, credentials = '', stored: readonly string[] = []): ConfigFacts {
  const files = [
    { file: 'config' as const, path: '/aws/config', text: config },
    { file: 'credentials' as const, path: '/aws/credentials', text: credentials },
  ];
  const read = parseAwsConfig({
    config,
    credentials,
    configPath: '/aws/config',
    credentialsPath: '/aws/credentials',
  });
  const storedKeys = new Map(
    stored.map((profile) => [
      profile,
      { profile, accessKeyId: 'AKIAABCDEFGHIJKLMNOP', generation: 'a', storedAt: '' },
    ]),
  );
  const context = { config: read, env: {}, storedKeys, userName: 'me', profileOfCommand: () => undefined };
  return { fault: undefined, read: { config: read, context }, files, modes: [] };
}

/** The facts of a sound machine, but for some. */
export function facts(different: Partial<Facts> = {}): Facts {
  return {
    now: Date.parse('2026-06-01T00:00:00Z'),
    env: {},
    host: { os: 'linux', homeDirectory: '/home/me', startedAs: ['/usr/bin/ccvault'] },
    profile: undefined,
    config: configFacts(''),
    vault: SOUND_VAULT,
    clock: { host: 'sts.us-east-1.amazonaws.com', aheadBy: 0 },
    network: { proxyFault: undefined, caFiles: [] },
    git: SOUND_GIT,
    programs: {
      ccvault: '/usr/bin/ccvault',
      links: [
        { name: 'git-credential-ccvault', path: '/usr/bin/git-credential-ccvault', isThis: true },
        { name: 'git-remote-codecommit', path: '/usr/bin/git-remote-codecommit', isThis: true },
      ],
    },
    completion: { shell: 'bash', isInstalled: true, path: '/home/me/.bashrc' },
    ...different,
  };
}
