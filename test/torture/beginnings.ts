// Where a row of commands.ts begins, and the steps that it takes there.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended, RunOptions } from '../support/home.ts';
import { Pty } from '../support/pty.ts';
import { installPass } from './programs.ts';
import type { Stage } from './stage.ts';

/** `under` is what to put before the command, such as strace and its options. */
export type Run = (stage: Stage, under: readonly string[]) => Promise<Ended>;

export function command(args: readonly string[], options: (stage: Stage) => RunOptions = () => ({})): Run {
  return (stage, under) => {
    const more = options(stage);
    return stage.home.run(args, { ...more, under, env: { ...stage.env, ...more.env } });
  };
}

export function add(profile: string, of: 'alice' | 'bob'): Run {
  return command(
    ['add', profile, '--stdin', '--no-verify', '--region', 'eu-west-1'],
    ({ home, [of]: user }) => ({
      input: home.keyJson(user),
    }),
  );
}

/** Throws where the command fails. */
export async function done(stage: Stage, ...runs: readonly Run[]): Promise<void> {
  for (const run of runs) {
    const { code, stderr } = await run(stage, []);
    if (code !== 0) throw new Error(stderr);
  }
}

export const withKey = (stage: Stage): Promise<void> => done(stage, add('alice', 'alice'));

/** Both keys, and a session of each. */
export const withSessions = (stage: Stage): Promise<void> =>
  done(
    stage,
    add('alice', 'alice'),
    add('bob', 'bob'),
    command(['refresh', 'alice']),
    command(['refresh', 'bob']),
  );

export const withPlainText = async (stage: Stage): Promise<void> => stage.writeCredentials();

export function move(from: string, to: string): Run {
  return command(['--backend', to, 'import', '--from', from], () => ({ env: { CCVAULT_BACKEND: to } }));
}

export const setUpGit = command(['git', 'setup', '--global', '--profile', 'alice']);
export const inRepository = (...args: readonly string[]): Run =>
  command(args, ({ repository }) => ({ cwd: repository }));
export const setUpRepository = inRepository('git', 'setup', '--profile', 'alice');

const START_URL = 'https://example.awsapps.com/start';

export const addSession = command(['sso', 'add', 'work', '--start-url', START_URL, '--region', 'eu-west-1']);

/** Signed in to IAM Identity Center, where there are two roles. */
export async function withSignIn(stage: Stage): Promise<void> {
  await withKey(stage);
  stage.home.aws.world.sso.addInstance({
    startUrl: START_URL,
    region: 'eu-west-1',
    assignments: ['Admin', 'Reader'].map((role) => ({ account: '111122223333', role })),
  });
  await done(stage, addSession);
  const terminal = Pty.spawn('ccvault', ['sso', 'login', 'work'], {
    env: { ...stage.home.env, ...stage.env, ...stage.home.browser() },
    cwd: stage.home.cwd,
  });
  if ((await terminal.wait(60_000)) !== 0) throw new Error(terminal.text);
}

export async function withSdk(stage: Stage): Promise<void> {
  await withSessions(stage);
  await done(stage, command(['sdk', '--all']));
}

export async function withPass(stage: Stage): Promise<void> {
  await withSessions(stage);
  installPass(stage);
}

export async function withLostIndex(stage: Stage): Promise<void> {
  await withKey(stage);
  rmSync(join(stage.home.vault, 'index.json'));
}

export async function withRepository(stage: Stage): Promise<void> {
  await withGitConfig(stage);
  await stage.createRepository();
}

export async function withGitConfig(stage: Stage): Promise<void> {
  await withKey(stage);
  writeFileSync(stage.gitConfig, '[user]\n\tname = somebody\n');
}

export async function withGitSetup(stage: Stage): Promise<void> {
  await withGitConfig(stage);
  await done(stage, setUpGit);
}
