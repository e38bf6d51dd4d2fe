// Every command that changes a file. A command that is added gets a row here.

import { rmSync, writeFileSync } from 'node:fs';
import type { Ended, RunOptions } from '../support/home.ts';
import { Pty } from '../support/pty.ts';
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

const onKeyring = { env: { CCVAULT_BACKEND: 'keyring' } };
const toKeyring = command(['--backend', 'keyring', 'import', '--from', 'file'], () => onKeyring);

const setUpGit = command(['git', 'setup', '--global', '--profile', 'alice']);

export const COMMANDS: readonly CommandRow[] = [
  { name: 'add, the first key', begin: async () => {}, run: add('alice', 'alice') },
  { name: 'add', begin: withKey, run: add('bob', 'bob') },
  { name: 'add with a profile for the config file', begin: withKey, run: add('carol', 'bob') },
  { name: 'add over a key', begin: withSessions, run: add('alice', 'bob') },
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
  { name: 'import --from file, to the keyring', begin: withSessions, run: toKeyring, share: 0.3 },
  {
    name: 'import --from keyring, to the file',
    begin: (stage) => done(stage, add('alice', 'alice'), toKeyring),
    run: command(['--backend', 'file', 'import', '--from', 'keyring']),
    // The vault that it makes stretches the passphrase in full.
    share: 0.1,
  },
  {
    name: 'passphrase',
    begin: withKey,
    run: changePassphrase,
    newPassphrase: NEW_PASSPHRASE,
    share: 0.1,
  },
  { name: 'refresh', begin: withKey, run: command(['refresh', 'alice']) },
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
];

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
function removeGitLock({ gitConfig }: Stage): void {
  rmSync(`${gitConfig}.lock`, { force: true });
}
