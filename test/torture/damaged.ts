// Files that a disk, a person or another program has damaged: one bit flipped in any byte, or cut anywhere.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { BuildName } from '../support/builds.ts';
import type { Ended } from '../support/home.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced } from '../support/strace.ts';
import { CRASH } from './crash.ts';
import { command, done, withSessions } from './beginnings.ts';
import { dice, partOf, PERCENT, sample, SEED } from './extent.ts';
import { Figures } from './figures.ts';
import { observe } from './observation.ts';
import { Stage } from './stage.ts';

interface Damage {
  readonly what: string;
  readonly bytes: Buffer;
  readonly kind: 'flips' | 'truncations';
}

interface Subject {
  readonly name: string;
  begin?(stage: Stage): Promise<unknown>;
  /** The file, once `begin` is done. */
  path(stage: Stage): string;
  /** What is wrong, or undefined. */
  check(stage: Stage, damage: Damage): Promise<string | undefined>;
}

const EXPORT = ['export', 'alice', '--no-session', '--format', 'json'];

const SUBJECTS: readonly Subject[] = [
  { name: 'vault.age', path: ({ home }) => join(home.vault, 'vault.age'), check: checkVault },
  { name: 'index.json', path: ({ home }) => join(home.vault, 'index.json'), check: checkIndex },
  { name: 'a session', path: ({ home }) => firstIn(join(home.vault, 'sessions'), ''), check: checkSession },
  {
    name: 'the journal of a rotation',
    begin: interruptRotation,
    path: ({ home }) => firstIn(home.vault, 'rotate-'),
    check: checkJournal,
  },
  { name: 'a lock', path: ({ home }) => firstIn(join(home.vault, 'locks'), '', '.db'), check: checkLock },
  {
    name: 'the note of a lock',
    path: ({ home }) => firstIn(join(home.vault, 'locks'), '', '.json'),
    check: checkLock,
  },
  {
    name: 'the record of the MFA codes sent',
    begin: spendCode,
    path: ({ home }) => firstIn(join(home.vault, 'locks'), 'mfa-', '.json'),
    check: spendCode,
  },
  {
    name: 'history.json',
    begin: useKey,
    path: ({ home }) => join(home.vault, 'history.json'),
    check: useKey,
  },
];

/** Tests of every file; `flips` and `cuts` of each are chosen by the seed. */
export function damageFiles(build: BuildName): void {
  const figures = new Figures(`damaged files, ${build}`);
  describe(`${build}, with a damaged file (seed ${SEED})`, { skip: requires('strace') }, () => {
    for (const subject of SUBJECTS) {
      it(`${subject.name}: no key is lost, and the damage is named or healed`, async () => {
        const stage = await Stage.open(build);
        try {
          await withSessions(stage);
          await subject.begin?.(stage);
          stage.keep();
          await damage(stage, subject, figures);
        } finally {
          await stage.end();
        }
      });
    }
    figures.tell();
  });
}

async function damage(stage: Stage, subject: Subject, figures: Figures): Promise<void> {
  const original = readFileSync(subject.path(stage));
  const roll = dice(`${stage.home.build} ${subject.name}`);
  const [flips, cuts] = [flipsOf(original, roll), cutsOf(original)];
  const full = stage.home.build === 'standalone' ? original.length : 60;
  const count = PERCENT === undefined ? 2 : partOf(full);
  const faults: string[] = [];
  for (const one of [...sample(flips, count, roll), ...sample(cuts, count, roll)]) {
    stage.restore();
    writeFileSync(subject.path(stage), one.bytes);
    figures.count('cases');
    figures.count(one.kind);
    const fault = await subject.check(stage, one).catch((error: unknown) => String(error));
    if (fault !== undefined) faults.push(`${one.what}: ${fault}`);
  }
  figures.count('losses', faults.length);
  assert.deepEqual(faults, [], `with CCVAULT_TORTURE_SEED=${SEED}`);
}

/** One bit of each byte. */
function flipsOf(original: Buffer, roll: () => number): readonly Damage[] {
  if (original.length === 0) return filledWith(roll);
  return [...original.keys()].map((at) => {
    const bit = Math.floor(roll() * 8);
    const bytes = Buffer.from(original);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    return { what: `bit ${bit} of byte ${at} flipped`, bytes, kind: 'flips' };
  });
}

/** A file that is empty as it should be, with something in it. */
function filledWith(roll: () => number): readonly Damage[] {
  return [1, 100, 512, 4096, 8192].map((length) => ({
    what: `filled with ${length} bytes`,
    bytes: Buffer.from(Array.from({ length }, () => Math.floor(roll() * 256))),
    kind: 'flips',
  }));
}

function cutsOf(original: Buffer): readonly Damage[] {
  return [...original.keys()].map((length) => ({
    what: `cut to ${length} bytes`,
    bytes: original.subarray(0, length),
    kind: 'truncations',
  }));
}

/** Exit code 5 that names the file, its copy and the way in without ccvault; the file stays for whoever can mend it. */
async function checkVault(stage: Stage, { bytes }: Damage): Promise<string | undefined> {
  const path = join(stage.home.vault, 'vault.age');
  const opened = await ccvault(stage, EXPORT);
  // Some bits mean nothing: a newline more or less at the end of the header's last line, the case of nothing.
  if (opened.code === 0)
    return opened.stdout.includes(stage.alice.secretAccessKey) ? undefined : 'another key';
  const fault = complaint(opened, 5, path, `age -d ${path}`);
  if (fault !== undefined) return fault;
  writeFileSync(`${path}.bak`, bytes, { mode: 0o600 });
  const withCopy = await ccvault(stage, EXPORT);
  const noCopy = complaint(withCopy, 5, `${path}.bak`);
  if (noCopy !== undefined) return noCopy;
  const adding = await add(stage, 'bob');
  if (adding.code === 0) return 'add overwrote it';
  if (!readFileSync(path).equals(bytes)) return 'the damaged file was changed';
  return complaint(adding, 5, path);
}

/** Rebuilt from the backend or named; the keys are where they were. */
async function checkIndex(stage: Stage): Promise<string | undefined> {
  const listed = await ccvault(stage, ['list', '--json']);
  const fault = listed.code === 0 ? crash(listed) : complaint(listed, 5, 'index.json');
  if (fault !== undefined) return fault;
  const adding = await add(stage, 'carol');
  if (adding.code !== 0) {
    // Where another backend is named in it than there is, only a person can tell.
    const named = complaint(adding, 5) ?? complaint(adding, 5, 'backend');
    const unnamed = complaint(adding, 5, 'index.json');
    if (named !== undefined && unnamed !== undefined) return unnamed;
    return keysOf(stage, ['alice', 'bob']);
  }
  return keysOf(stage, ['alice', 'bob', 'carol']);
}

/** A miss: made again without a word that frightens, and gone once all are to be forgotten. */
async function checkSession(stage: Stage): Promise<string | undefined> {
  for (const args of [['exec', 'alice', '--', 'true'], ['list'], ['clear', 'alice'], ['clear']]) {
    const result = await ccvault(stage, args);
    if (result.code !== 0) return `${args.join(' ')} ended with ${result.code}: ${result.stderr}`;
    if (crash(result) !== undefined) return crash(result);
  }
  const left = readdirSync(join(stage.home.vault, 'sessions'));
  return left.length === 0 ? undefined : `clear left ${left.join()}`;
}

/** Named, or understood: no key in use is deleted, and no stored key stops to work. */
async function checkJournal(stage: Stage): Promise<string | undefined> {
  const result = await ccvault(stage, ['rotate', 'alice', '--no-session']);
  const fault = result.code === 0 ? crash(result) : complaint(result);
  if (fault !== undefined) return fault;
  const { facts } = await observe(stage, [stage.passphrase]);
  const key = facts.get('key of alice in file') ?? 'none';
  return /^(?:first|new) key of alice$/.test(key) ? undefined : `the stored key is ${key}: ${result.stderr}`;
}

/** A damaged lock file is replaced or is a failure: a change is made under a lock or not at all. */
async function checkLock(stage: Stage): Promise<string | undefined> {
  const adding = await add(stage, 'carol');
  const fault = adding.code === 0 ? crash(adding) : complaint(adding, 5, 'locks');
  if (fault !== undefined) return fault;
  return keysOf(stage, adding.code === 0 ? ['alice', 'bob', 'carol'] : ['alice', 'bob']);
}

/** Nothing is remembered, and the next code is as good as ever. */
async function spendCode(stage: Stage): Promise<string | undefined> {
  const { home } = stage;
  home.aws.advance(60_000);
  for (const args of [
    ['add', 'dev', '--stdin', '--no-verify', '--mfa-serial', home.user.mfaSerial ?? ''],
    ['refresh', 'dev', '--mfa-token', home.user.totp()],
  ]) {
    const result = await command(args, () => ({ input: home.keyJson() }))(stage, []);
    if (result.code !== 0 || crash(result) !== undefined)
      return `${args[0]} ended with ${result.code}: ${result.stderr}`;
  }
  return undefined;
}

/** Uses are counted anew. */
async function useKey(stage: Stage): Promise<string | undefined> {
  for (const args of [['exec', 'alice', '--', 'true'], ['list']]) {
    const result = await ccvault(stage, args);
    if (result.code !== 0 || crash(result) !== undefined)
      return `${args[0]} ended with ${result.code}: ${result.stderr}`;
  }
  return undefined;
}

/** All of them have their keys in the vault. */
async function keysOf(stage: Stage, profiles: readonly string[]): Promise<string | undefined> {
  const { facts } = await observe(stage, [stage.passphrase]);
  const lost = profiles.find((profile) => {
    const user = profile === 'alice' ? stage.alice : stage.bob;
    return facts.get(`key of ${profile} in file`) !== `first key of ${user.user.name}`;
  });
  return lost && `the key of ${lost} is lost`;
}

/** A rotation that was killed with the new key already made. */
async function interruptRotation(stage: Stage): Promise<void> {
  const rotate = command(['rotate', 'alice', '--no-session']);
  const { env } = stage;
  const trace = join(stage.home.root, 'trace');
  stage.keep();
  await done(stage, (at) => rotate(at, straced(trace, 'rename')));
  const renames = readCalls(trace);
  const last = renames.findLastIndex(({ args }) => args.includes('/rotate-'));
  assert.ok(last >= 0 && env !== undefined, 'no journal was written');
  stage.restore();
  const killed = await rotate(
    stage,
    straced(trace, 'rename', '-e', `inject=rename:signal=SIGKILL:when=${last + 2}`),
  );
  if (killed.code !== 137) {
    // The journal was the last to be renamed: the removal ends it.
    stage.restore();
    await rotate(stage, straced(trace, 'unlink', '-e', 'inject=unlink:signal=SIGKILL:when=3+'));
  }
  assert.ok(
    readdirSync(stage.home.vault).some((name) => name.startsWith('rotate-')),
    'no journal is left',
  );
  rmSync(trace);
}

function ccvault(stage: Stage, args: readonly string[]): Promise<Ended> {
  return command(args)(stage, []);
}

function add(stage: Stage, profile: string): Promise<Ended> {
  return command(['add', profile, '--stdin', '--no-verify', '--no-config'], ({ home, bob }) => ({
    input: home.keyJson(bob),
  }))(stage, []);
}

function crash({ stderr }: Ended): string | undefined {
  return CRASH.test(stderr) ? `it crashed: ${stderr}` : undefined;
}

/** One error with the code, without words of a crash, that has all the texts in it; any code unless one is given. */
function complaint(ended: Ended, code?: number, ...texts: readonly string[]): string | undefined {
  if (crash(ended) !== undefined) return crash(ended);
  if (code !== undefined && ended.code !== code) return `it ended with ${ended.code}: ${ended.stderr}`;
  if (!/^ccvault: error: /m.test(ended.stderr)) return `no error is named: ${ended.stderr}`;
  const missing = texts.find((text) => !ended.stderr.includes(text));
  return missing === undefined ? undefined : `${missing} is not named: ${ended.stderr}`;
}

/** The path of the first file of a folder whose name fits. */
function firstIn(folder: string, start: string, end = ''): string {
  const name = readdirSync(folder)
    .sort()
    .find((one) => one.startsWith(start) && one.endsWith(end));
  assert.ok(name !== undefined, `nothing like ${start}*${end} in ${folder}`);
  return join(folder, name);
}
