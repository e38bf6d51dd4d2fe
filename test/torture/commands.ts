// Every command that changes a file. A command that is added gets a row here.

import { rmSync } from 'node:fs';
import type { Ended } from '../support/home.ts';
import { Pty } from '../support/pty.ts';
import {
  add,
  addSession,
  command,
  done,
  inRepository,
  move,
  setUpGit,
  setUpRepository,
  withGitConfig,
  withGitSetup,
  withKey,
  withLostIndex,
  withPass,
  withPlainText,
  withRepository,
  withSdk,
  withSessions,
  withSignIn,
} from './beginnings.ts';
import type { Run } from './beginnings.ts';
import { installAwsVault } from './programs.ts';
import type { Stage } from './stage.ts';

export interface CommandRow {
  readonly name: string;
  /** Brings an empty vault to where the command begins. */
  begin(stage: Stage): Promise<unknown>;
  readonly run: Run;
  /** The passphrase that the command changes the vault's to. */
  readonly newPassphrase?: string;
  /** Once its work is done there is nothing left for it: run again, it ends with this code. */
  readonly doneAgain?: number;
  /** How it is run again, where a person is needed for that. */
  readonly again?: Run;
  /** What a person does whom the command has told to, before it is run again. */
  followHint?(stage: Stage): unknown;
  /** How much of the usual number of cases, where each takes long. */
  readonly share?: number;
}

const ROTATE: readonly string[] = ['rotate', 'alice', '--no-session'];

const PASSPHRASE: readonly string[] = ['ccvault', 'passphrase'];
const NEW_PASSPHRASE = 'another passphrase of a test';

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';

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
    followHint: (stage) => command(['sdk', '--undo', 'alice'])(stage, []),
    share: 0.5,
  },
  { name: 'sso add', begin: withKey, run: addSession, share: 0.3 },
  { name: 'sso populate', begin: withSignIn, run: command(['sso', 'populate', 'work', '-y']), share: 0.5 },
  { name: 'sso logout', begin: withSignIn, run: command(['sso', 'logout', 'work']), share: 0.3 },
  { name: 'remove', begin: withSessions, run: command(['remove', 'alice', '--force']), doneAgain: 3 },
  {
    name: 'rotate',
    begin: withSessions,
    run: command(ROTATE),
    // A key that nobody heard of is asked about.
    again: rotateAtTerminal,
    share: 0.5,
  },
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

/** The new passphrase is asked for on a terminal alone. */
function changePassphrase(stage: Stage, under: readonly string[]): Promise<Ended> {
  const answers = [
    [/New passphrase for [^\n]*: /, NEW_PASSPHRASE],
    [/Repeat the passphrase: /, NEW_PASSPHRASE],
  ] as const;
  return atTerminal(stage, [...under, ...PASSPHRASE], answers);
}

function rotateAtTerminal(stage: Stage, under: readonly string[]): Promise<Ended> {
  return atTerminal(stage, [...under, 'ccvault', ...ROTATE], [[/Delete the key [^\n]*\? /, 'yes']]);
}

/** The questions may or may not come. */
async function atTerminal(
  stage: Stage,
  [program = '', ...args]: readonly string[],
  answers: readonly (readonly [question: RegExp, answer: string])[],
): Promise<Ended> {
  const terminal = Pty.spawn(program, args, {
    env: { ...stage.home.env, ...stage.env },
    cwd: stage.home.cwd,
  });
  try {
    for (const [question, answer] of answers) {
      await terminal.expect(question);
      await terminal.answer(answer);
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
