// Every command that changes a file. A command that is added gets a row here.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended, RunOptions } from '../support/home.ts';
import { Pty } from '../support/pty.ts';
import { installAwsVault, installPass } from './programs.ts';
import type { Stage } from './stage.ts';

export interface CommandRow {
  readonly name: string;
  /** Brings an empty vault to where the command begins. */
  begin(stage: Stage): Promise<unknown>;
  run(stage: Stage, under: readonly string[]): Promise<Ended>;
  /** The passphrase that the command changes the vault's to. */
  readonly newPassphrase?: string;
  /** Once its work is done there is nothing left for it: run again, it ends with this code. */
  readonly doneAgain?: number;
  /** What a person does whom the command has told to, before it is run again. */
  followHint?(stage: Stage): void;
  /** How much of the usual number of cases, where each takes long. */
  readonly share?: number;
}

const PASSPHRASE: readonly string[] = ['ccvault', 'passphrase'];
const NEW_PASSPHRASE = 'another passphrase of a test';

export function command(
  args: readonly string[],
  options: (stage: Stage) => RunOptions = () => ({}),
): CommandRow['run'] {
  return (stage, under) => {
    const more = options(stage);
    return stage.home.run(args, { ...more, under, env: { ...stage.env, ...more.env } });
  };
}

function add(profile: string, of: 'alice' | 'bob'): CommandRow['run'] {
  return command(
    ['add', profile, '--stdin', '--no-verify', '--region', 'eu-west-1'],
    ({ home, [of]: user }) => ({
      input: home.keyJson(user),
    }),
  );
}

/** Throws where the command fails. */
export async function done(stage: Stage, ...runs: readonly CommandRow['run'][]): Promise<void> {
  for (const run of runs) {
    const { code, stderr } = await run(stage, []);
    if (code !== 0) throw new Error(stderr);
  }
}

const withKey = (stage: Stage): Promise<void> => done(stage, add('alice', 'alice'));

/** Both keys, and a session of each. */
export const withSessions = (stage: Stage): Promise<void> =>
  done(
    stage,
    add('alice', 'alice'),
    add('bob', 'bob'),
    command(['refresh', 'alice']),
    command(['refresh', 'bob']),
  );

const withPlainText = async (stage: Stage): Promise<void> => stage.writeCredentials();

function move(from: string, to: string): CommandRow['run'] {
  return command(['--backend', to, 'import', '--from', from], () => ({ env: { CCVAULT_BACKEND: to } }));
}

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';

const setUpGit = command(['git', 'setup', '--global', '--profile', 'alice']);
const inRepository = (...args: readonly string[]): CommandRow['run'] =>
  command(args, ({ repository }) => ({ cwd: repository }));
const setUpRepository = inRepository('git', 'setup', '--profile', 'alice');

export const COMMANDS: readonly CommandRow[] = [
  { name: 'add, the first key', begin: async () => {}, run: add('alice', 'alice') },
  { name: 'add', begin: withKey, run: add('bob', 'bob') },
  { name: 'add with a profile for the config file', begin: withKey, run: add('carol', 'bob') },
  { name: 'add over a key', begin: withSessions, run: add('alice', 'bob') },
  {
    name: 'add --sdk',
    begin: withKey,
    run: command(['add', 'bob', '--stdin', '--no-verify', '--sdk'], ({ home, bob }) => ({
      input: home.keyJson(bob),
    })),
    share: 0.5,
  },
  { name: 'sdk', begin: withSessions, run: command(['sdk', 'alice', 'bob']), share: 0.5 },
  { name: 'sdk --undo', begin: withSdk, run: command(['sdk', '--all', '--undo']), share: 0.5 },
  {
    name: 'remove of a profile of sdk',
    begin: withSdk,
    run: command(['remove', 'alice', '--force']),
    doneAgain: 3,
    share: 0.5,
  },
  { name: 'remove', begin: withSessions, run: command(['remove', 'alice', '--force']), doneAgain: 3 },
  { name: 'rotate', begin: withSessions, run: command(['rotate', 'alice', '--no-session']), share: 0.5 },
  { name: 'import', begin: withPlainText, run: command(['import']), share: 0.5 },
  { name: 'import --scrub', begin: withPlainText, run: command(['import', '--scrub']), share: 0.5 },
  {
    name: 'import --scrub --sdk',
    begin: withPlainText,
    run: command(['import', '--scrub', '--sdk']),
    share: 0.5,
  },
  {
    name: 'import --from aws-vault',
    begin: async (stage) => installAwsVault(stage),
    run: command(['import', '--from', 'aws-vault']),
    share: 0.3,
  },
  {
    name: 'import --from file, to the keyring',
    begin: withSessions,
    run: move('file', 'keyring'),
    share: 0.3,
  },
  {
    name: 'import --from keyring, to the file',
    begin: (stage) => done(stage, add('alice', 'alice'), move('file', 'keyring')),
    run: move('keyring', 'file'),
    // The vault that it makes stretches the passphrase in full.
    share: 0.1,
  },
  { name: 'import --from file, to pass', begin: withPass, run: move('file', 'pass'), share: 0.3 },
  {
    name: 'import --from pass, to the keyring',
    begin: async (stage) => {
      await withPass(stage);
      await done(stage, move('file', 'pass'));
    },
    run: move('pass', 'keyring'),
    share: 0.3,
  },
  {
    name: 'passphrase',
    begin: withKey,
    run: changePassphrase,
    newPassphrase: NEW_PASSPHRASE,
    share: 0.1,
  },
  { name: 'refresh', begin: withKey, run: command(['refresh', 'alice']) },
  { name: 'exec, the first session', begin: withKey, run: command(['exec', 'alice', '--', 'true']) },
  {
    name: 'exec --server',
    begin: withSessions,
    run: command(['exec', '--server', 'alice', '--', 'true']),
    share: 0.5,
  },
  {
    name: 'credential-helper',
    begin: withKey,
    run: command(['credential-helper', '--profile', 'alice', 'get'], () => ({ input: GET })),
    share: 0.5,
  },
  { name: 'list, the index lost', begin: withLostIndex, run: command(['list']), share: 0.5 },
  { name: 'lock', begin: withSessions, run: command(['lock']), share: 0.3 },
  { name: 'clear', begin: withSessions, run: command(['clear']) },
  { name: 'clear of one profile', begin: withSessions, run: command(['clear', 'alice']) },
  {
    name: 'git setup',
    begin: withGitConfig,
    run: setUpGit,
    followHint: removeGitLock,
  },
  {
    name: 'git unset',
    begin: withGitSetup,
    run: command(['git', 'unset', '--global']),
    followHint: removeGitLock,
  },
  {
    name: 'git setup of a repository',
    begin: withRepository,
    run: setUpRepository,
    followHint: removeGitLock,
    share: 0.3,
  },
  {
    name: 'git unset of a repository',
    begin: async (stage) => {
      await withRepository(stage);
      await done(stage, setUpRepository);
    },
    run: inRepository('git', 'unset'),
    followHint: removeGitLock,
    share: 0.3,
  },
];

async function withSdk(stage: Stage): Promise<void> {
  await withSessions(stage);
  await done(stage, command(['sdk', '--all']));
}

async function withPass(stage: Stage): Promise<void> {
  await withSessions(stage);
  installPass(stage);
}

async function withLostIndex(stage: Stage): Promise<void> {
  await withKey(stage);
  rmSync(join(stage.home.vault, 'index.json'));
}

async function withRepository(stage: Stage): Promise<void> {
  await withGitConfig(stage);
  await stage.createRepository();
}

async function withGitConfig(stage: Stage): Promise<void> {
  await withKey(stage);
  writeFileSync(stage.gitConfig, '[user]\n\tname = somebody\n');
}

async function withGitSetup(stage: Stage): Promise<void> {
  await withGitConfig(stage);
  await done(stage, setUpGit);
}

/** The new passphrase is asked for on a terminal alone. */
async function changePassphrase(stage: Stage, under: readonly string[]): Promise<Ended> {
  const [program = 'ccvault', ...args] = [...under, ...PASSPHRASE];
  const terminal = Pty.spawn(program, args, {
    env: { ...stage.home.env, ...stage.env },
    cwd: stage.home.cwd,
  });
  try {
    for (const question of [/New passphrase for [^\n]*: /, /Repeat the passphrase: /]) {
      await terminal.expect(question);
      await terminal.answer(NEW_PASSPHRASE);
    }
  } catch {
    // It ended before it came to that; the exit code tells.
  }
  return { code: await terminal.wait(), stdout: '', stderr: terminal.text };
}

/** As git itself does, a command that is killed leaves git's lock behind, and the next one says how to remove it. */
function removeGitLock({ gitConfig, repositoryConfig }: Stage): void {
  for (const path of [gitConfig, repositoryConfig]) rmSync(`${path}.lock`, { force: true });
}
