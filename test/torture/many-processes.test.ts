// Many processes at once: what they need is asked for once, and what they change is as if they had come one by one.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { UserHandle } from '../aws/world.ts';
import { BUILDS } from '../support/builds.ts';
import { Home, until } from '../support/home.ts';
import type { Ended } from '../support/home.ts';
import { createLightVault } from '../support/light-vault.ts';
import { CRASH } from './crash.ts';
import { dice, partOf, PERCENT, SEED } from './extent.ts';
import { Figures } from './figures.ts';
import { observe } from './observation.ts';
import { Stage } from './stage.ts';

const SHOW = ['exec', 'prod', '--', 'sh', '-c', 'echo $AWS_ACCESS_KEY_ID'];
const figures = new Figures('many processes');

// A killed holder, and many of both builds, are in test/promises/single-flight.test.ts as well.
const FATES = PERCENT === undefined ? (['stopped'] as const) : (['killed', 'stopped', 'slow'] as const);

for (const build of PERCENT === undefined ? (['standalone'] as const) : BUILDS) {
  const full = build === 'standalone' ? 100 : 20;
  const count = PERCENT === undefined ? 8 : Math.max(4, partOf(full));

  describe(`${build}: ${count} processes on an empty cache`, { timeout: 300_000 }, () => {
    for (const fate of FATES) {
      it(`whose holder is ${fate}`, async () => {
        const home = await Home.create({ build });
        try {
          await createLightVault(home.vault, home.passphrase);
          await home.ok(['add', 'dev', '--stdin', '--no-config'], { input: home.keyJson() });
          await shareOneSession(home, fate, count);
          figures.count('cases');
        } finally {
          await home.end();
        }
      });
    }
  });

  const each = PERCENT === undefined ? 3 : partOf(build === 'standalone' ? 50 : 10);
  const title = `${build}: ${each} each of add, remove, rotate, refresh and clear at once (seed ${SEED})`;
  it(title, { timeout: 600_000 }, async () => {
    const stage = await Stage.open(build);
    try {
      await changeAtOnce(stage, each);
      figures.count('cases');
    } finally {
      await stage.end();
    }
  });
}
figures.tell();

async function shareOneSession(home: Home, fate: (typeof FATES)[number], count: number): Promise<void> {
  const held = join(home.root, 'held');
  const go = join(home.root, 'go');
  const wait = `if mkdir '${held}.taken' 2>/dev/null; then echo $$ >'${held}'; while ! test -e '${go}'; do sleep 0.05; done; fi`;
  home.configure('', `mfa_process = ${home.countingMfaProcess(wait)}`);
  home.aws.calls.clear();
  const holder = home.start(['ccvault', ...SHOW]);
  await until(() => existsSync(held) && readFileSync(held, 'utf8').endsWith('\n'));
  const waiting = Array.from({ length: count - 1 }, () => home.start(['ccvault', ...SHOW]));
  figures.count('processes', count);
  await patiently(() => waiting.every((one) => /waiting for ccvault pid/.test(one.said())));
  if (fate === 'killed') {
    holder.child.kill('SIGKILL');
    figures.count('kills');
  }
  // Stopped or slow, it is waited for: nobody makes a second call beside it.
  if (fate === 'stopped') holder.child.kill('SIGSTOP');
  writeFileSync(go, '');
  if (fate === 'stopped') {
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(home.aws.calls.log.length, 0);
    assert.ok(waiting.every(({ child }) => child.exitCode === null));
    holder.child.kill('SIGCONT');
  }
  const ended = await Promise.all(waiting.map((one) => one.ended));
  for (const { code, stderr } of ended) assert.equal(code, 0, stderr);
  assert.equal(new Set(ended.map(({ stdout }) => stdout)).size, 1);
  assert.equal((await holder.ended).code, fate === 'killed' ? 137 : 0);
  assert.deepEqual(home.aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 1 });
  assert.equal(readFileSync(home.countFile, 'utf8').split('\n').length - 1, fate === 'killed' ? 2 : 1);
}

/** A process, what it was to do, and when. */
interface Done {
  readonly kind: 'add' | 'remove' | 'rotate' | 'refresh' | 'clear';
  readonly profile: string;
  readonly user?: UserHandle;
  readonly began: number;
  readonly ended: number;
  readonly result: Ended;
}

/**
 * Profiles of four kinds: `own-N` is added once; `both-N` is there, and added over and removed by several; `turn-N` is
 * rotated by several; `gone-N` is there and removed once.
 */
async function changeAtOnce(stage: Stage, each: number): Promise<void> {
  const { home } = stage;
  const users = new Map<string, UserHandle>();
  const userOf = (name: string): UserHandle => {
    const user = users.get(name) ?? home.aws.world.addUser({ account: '111122223333', name });
    users.set(name, user);
    return user;
  };
  const some = Math.max(1, Math.round(each / 10));
  const spread = (name: string, index: number): string => `${name}-${index % some}`;
  const add = (profile: string, user: UserHandle): Promise<Ended> =>
    home.run(['add', profile, '--stdin', '--no-verify', '--no-config'], {
      env: stage.env,
      input: home.keyJson(user),
    });
  const standing = Array.from({ length: some }, (_, index) =>
    ['both', 'turn'].map((name) => spread(name, index)),
  );
  const half = Math.ceil(each / 2);
  const single = Array.from({ length: each - half }, (_, index) => `gone-${index}`);
  for (const profile of [...standing.flat(), ...single])
    assert.equal((await add(profile, userOf(profile))).code, 0);

  const works: (() => Promise<Done>)[] = [];
  const plan = (kind: Done['kind'], profile: string, work: () => Promise<Ended>, user?: UserHandle): void => {
    works.push(async () => {
      const began = performance.now();
      const result = await work();
      return {
        kind,
        profile,
        began,
        ended: performance.now(),
        result,
        ...(user === undefined ? {} : { user }),
      };
    });
  };
  for (let index = 0; index < each; index += 1) {
    const adding = index < half ? `own-${index}` : spread('both', index);
    const user = userOf(`adds-${index}`);
    plan('add', adding, () => add(adding, user), user);
    const removing = index < half ? spread('both', index) : `gone-${index - half}`;
    plan('remove', removing, () => home.run(['remove', removing, '--force'], { env: stage.env }));
    for (const kind of ['rotate', 'refresh'] as const) {
      const profile = spread('turn', index);
      const more = kind === 'rotate' ? ['--no-session'] : [];
      plan(kind, profile, () => home.run([kind, profile, ...more], { env: stage.env }));
    }
    plan('clear', '', () => home.run(['clear'], { env: stage.env }));
  }
  const roll = dice(`at once ${home.build}`);
  const order = works
    .map((work) => ({ work, weight: roll() }))
    .sort((one, other) => one.weight - other.weight);
  figures.count('processes', order.length);
  const all = await Promise.all(order.map(({ work }) => work()));
  const faults = await faultsOf(stage, all, users);
  figures.count('losses', faults.length);
  assert.deepEqual(faults, []);
}

async function faultsOf(
  stage: Stage,
  all: readonly Done[],
  users: ReadonlyMap<string, UserHandle>,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const { keys, index } = await keysNow(stage);
  for (const { kind, profile, result } of all) {
    // Whoever comes after a removal finds no key; a session cannot be made from a key that a rotation has just ended.
    const mayEnd = { add: [0], remove: [0, 3], rotate: [0], refresh: [0, 4], clear: [0] }[kind];
    if (!mayEnd.includes(result.code) || CRASH.test(result.stderr))
      faults.push(`${kind} ${profile} ended with ${result.code}: ${result.stderr}`);
  }
  for (const [profile, dones] of Map.groupBy(all, (one) => one.profile)) {
    const changes = dones.filter(({ kind, result }) => ['add', 'remove'].includes(kind) && result.code === 0);
    if (changes.length === 0) continue;
    // The last of them is one after whose end no other began.
    const last = changes.filter((one) => changes.every((other) => other.began <= one.ended));
    const may = last.map(({ user }) => user?.secretAccessKey);
    const found = keys.get(profile);
    if (!may.includes(found))
      faults.push(
        `${profile} holds ${found === undefined ? 'no key' : 'a key'} that none of the last ones left there`,
      );
  }
  for (const [profile, { user }] of users) {
    if (!profile.startsWith('turn-')) continue;
    const [key, ...more] = user.keys;
    if (more.length > 0) faults.push(`${profile} has ${user.keys.length} keys in IAM`);
    if (key?.active !== true || key.secret !== keys.get(profile))
      faults.push(`the key of ${profile} does not work`);
  }
  const stored = [...keys.keys()].sort().join();
  if (stored !== index) faults.push(`the index tells of ${index}\nand there is ${stored}`);
  return faults;
}

/** The secrets of the vault by profile, and the profiles that the index tells of. */
async function keysNow(stage: Stage): Promise<{ keys: ReadonlyMap<string, string>; index: string }> {
  const { items } = await observe(stage, [stage.passphrase]);
  const keys = new Map<string, string>();
  for (const [item, value] of items.get('file') ?? [])
    if (item.startsWith('key/'))
      keys.set(item.slice('key/'.length), (JSON.parse(value) as { secretAccessKey: string }).secretAccessKey);
  const listed = JSON.parse(readFileSync(join(stage.home.vault, 'index.json'), 'utf8')) as {
    keys: { profile: string }[];
  };
  return {
    keys,
    index: listed.keys
      .map(({ profile }) => profile)
      .sort()
      .join(),
  };
}

/** As long as it takes: a hundred processes on a machine that is busy. */
async function patiently(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
