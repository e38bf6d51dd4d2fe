// A command struck at each system call that touches a file of ours: killed there, or told that the call failed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { BuildName } from '../support/builds.ts';
import type { Ended } from '../support/home.ts';
import { requires } from '../support/requires.ts';
import { readCalls } from '../support/strace.ts';
import { COMMANDS } from './commands.ts';
import type { CommandRow } from './commands.ts';
import { CRASH } from './crash.ts';
import { dice, partOf, PERCENT, sample, SEED } from './extent.ts';
import { Figures } from './figures.ts';
import { CALLS, injectionsFor, strikes } from './injections.ts';
import type { Injection } from './injections.ts';
import { findSecrets, observe } from './observation.ts';
import type { FoundSecret, Observation } from './observation.ts';
import { Stage } from './stage.ts';

const KILLED = 137;
/** 125 and 126 are exec's. */
const FAILURES: ReadonlySet<number> = new Set([1, 3, 4, 5, 125, 126, KILLED]);
/** Bytes; about as long as a vault of two keys. */
const LONGEST_FILE = 1500;

interface Extent {
  readonly rows: readonly CommandRow[];
  /** For a row whose cases are quick. */
  readonly cases: number;
}

/** Tests of the rows; `cases` of each are chosen by the seed. */
export function interruptCommands(build: BuildName, { rows, cases }: Extent): void {
  const figures = new Figures(`interrupted commands, ${build}`);
  describe(
    `${build}, interrupted at any change or reading of a file (seed ${SEED})`,
    {
      skip: requires('strace', 'script', 'prlimit'),
    },
    () => {
      for (const row of rows) {
        it(`${row.name}: old or new, nothing left over, and well when run again`, async () => {
          const stage = await Stage.open(build);
          try {
            await interrupt(stage, row, Math.max(1, Math.round(cases * (row.share ?? 1))), figures);
          } finally {
            await stage.end();
          }
        });
      }
      figures.tell();
    },
  );
}

async function interrupt(stage: Stage, row: CommandRow, count: number, figures: Figures): Promise<void> {
  await row.begin(stage);
  stage.keep();
  const trial = await Trial.of(stage, row);
  const roll = dice(`${stage.home.build} ${row.name}`);
  // Kills around the files that matter are half of them, though most calls are SQLite's or read.
  const [kills, others] = [true, false].map((wanted) =>
    trial.injections.filter((one) => isPlainKill(one) === wanted),
  );
  const half = Math.ceil(count / 2);
  const first = sample(kills ?? [], half, roll);
  const chosen = [...first, ...sample(others ?? [], count - first.length, roll)];
  const faults: string[] = [];
  for (const injection of chosen) {
    const fault = await trial.strike(injection, figures).catch((error: unknown) => String(error));
    if (fault !== undefined) faults.push(fault);
  }
  for (let left = Math.ceil(count / 20); left > 0; left -= 1) {
    const fault = await trial.cutShort(Math.floor(roll() * LONGEST_FILE), figures).catch(String);
    if (fault !== undefined) faults.push(fault);
  }
  figures.count('losses', faults.length);
  assert.deepEqual(faults, [], `${faults.length} of ${chosen.length} with CCVAULT_TORTURE_SEED=${SEED}`);
}

function isPlainKill({ blow, path }: Injection): boolean {
  return blow === 'SIGKILL' && !path.includes('/locks/');
}

interface Known {
  readonly before: Observation;
  readonly after: Observation;
  /** Where secrets are in the end, and in the beginning. */
  readonly foundBefore: readonly FoundSecret[];
  readonly foundAfter: readonly FoundSecret[];
  readonly passphrases: readonly string[];
}

class Trial {
  readonly #stage: Stage;
  readonly #row: CommandRow;
  readonly #known: Known;
  readonly injections: readonly Injection[];

  private constructor(stage: Stage, row: CommandRow, known: Known, injections: readonly Injection[]) {
    this.#stage = stage;
    this.#row = row;
    this.#known = known;
    this.injections = injections;
  }

  /** Runs the command in peace: that tells where it can be struck, and how everything is before and after it. */
  static async of(stage: Stage, row: CommandRow): Promise<Trial> {
    const passphrases = [
      stage.home.passphrase,
      ...(row.newPassphrase === undefined ? [] : [row.newPassphrase]),
    ];
    const before = await observe(stage, passphrases);
    const foundBefore = await findSecrets(stage, passphrases);
    const trace = join(stage.home.root, 'trace');
    const ended = await row.run(stage, tracing(trace));
    assert.equal(ended.code, 0, ended.stderr);
    const after = await observe(stage, passphrases);
    const foundAfter = await findSecrets(stage, passphrases);
    const injections = stage.places.flatMap((place) => injectionsFor(readCalls(trace), place));
    assert.ok(injections.length > 0, 'there is no place to strike');
    const known = { before, after, foundBefore, foundAfter, passphrases };
    return new Trial(stage, row, known, injections);
  }

  /** What is wrong after the blow, or after the next run; undefined for nothing. */
  async strike(injection: Injection, figures: Figures): Promise<string | undefined> {
    const stage = this.#stage;
    stage.restore();
    const trace = join(stage.home.root, 'trace');
    const ended = await this.#row.run(stage, [...tracing(trace, injection.call), ...strikes(injection)]);
    if (!wasStruck(ended, trace, injection, stage)) return undefined;
    figures.count(injection.blow === 'SIGKILL' ? 'kills' : 'errors');
    const { blow, call, nth, path } = injection;
    return this.#judge(ended, `${blow} at ${call} ${nth}, ${path.replace(stage.home.root, '')}`, figures);
  }

  /** The same where no file can be longer than so many bytes: the write that crosses that is a short one. */
  async cutShort(bytes: number, figures: Figures): Promise<string | undefined> {
    this.#stage.restore();
    const ended = await this.#row.run(this.#stage, ['prlimit', `--fsize=${bytes}`]);
    figures.count('short writes');
    return this.#judge(ended, `no file longer than ${bytes} bytes`, figures);
  }

  async #judge(ended: Ended, where: string, figures: Figures): Promise<string | undefined> {
    figures.count('cases');
    const wrong = await this.#wrongAfterBlow(ended);
    if (wrong !== undefined) return `${where}: ${wrong}\n${ended.stderr}`;
    await this.#row.followHint?.(this.#stage);
    const again = await (this.#row.again ?? this.#row.run)(this.#stage, []);
    const wrongAgain = await this.#wrongAtRest(again, ended.stderr);
    if (wrongAgain === undefined) return undefined;
    return `${where}: run again: ${wrongAgain}\n${ended.stderr}---\n${again.stderr}`;
  }

  async #wrongAfterBlow(ended: Ended): Promise<string | undefined> {
    const { before, after, foundBefore, foundAfter, passphrases } = this.#known;
    const now = await observe(this.#stage, passphrases);
    this.#stage.passphrase = now.facts.get('passphrase') ?? this.#stage.passphrase;
    for (const [profile, keysBefore] of before.keys) {
      const keysAfter = after.keys.get(profile);
      const keys = [...(now.keys.get(profile) ?? [])];
      const isKept = keys.some((key) => keysBefore.has(key) || keysAfter?.has(key) === true);
      if (!isKept && keysAfter !== undefined) return `the key of ${profile} is lost: ${keys.join()}`;
    }
    const names = [before, after, now].flatMap(({ facts }) => Array.from(facts.keys()));
    for (const fact of new Set(names)) {
      const value = now.facts.get(fact);
      if (value !== before.facts.get(fact) && value !== after.facts.get(fact))
        return `${fact} is neither old nor new: ${value}`;
    }
    const mayHold = new Set(
      [...foundBefore, ...foundAfter].filter(({ sealed }) => !sealed).map(describeFound),
    );
    const leak = (await findSecrets(this.#stage, [])).find((found) => !mayHold.has(describeFound(found)));
    if (leak !== undefined) return describeFound(leak);
    if (CRASH.test(ended.stderr)) return 'it crashed';
    if (ended.code === 0) return this.#notNew(now);
    return FAILURES.has(ended.code) ? undefined : `it ended with ${ended.code}`;
  }

  #notNew(now: Observation): string | undefined {
    for (const [fact, value] of this.#known.after.facts)
      if (now.facts.get(fact) !== value) return `it ended with 0, but ${fact} is ${now.facts.get(fact)}`;
    return undefined;
  }

  /** After a run in peace everything is as the command makes it, and nothing else is left. */
  async #wrongAtRest({ code, stderr }: Ended, saidBefore: string): Promise<string | undefined> {
    const { after, foundAfter, passphrases } = this.#known;
    const now = await observe(this.#stage, passphrases);
    const wrong = this.#notNew(now);
    if (wrong !== undefined) return wrong;
    if (code !== 0 && code !== this.#row.doneAgain) return `it ended with ${code}`;
    if (CRASH.test(stderr)) return 'it crashed';
    for (const [fact, value] of after.atRest) {
      const found = now.atRest.get(fact);
      // A session that cannot be read does not tell whose it is.
      if (fact === 'sessions' && saidBefore.includes('a cached session cannot be read')) continue;
      if (found !== value) return `${fact} should be\n${value}\nand is\n${found}`;
    }
    // A sealed copy matters only of a secret that is to be gone.
    const mayHold = new Set(foundAfter.map(describeFound));
    const stays = new Set(foundAfter.map(({ what }) => what));
    const leak = (await findSecrets(this.#stage, passphrases)).find(
      (found) => !mayHold.has(describeFound(found)) && !(found.sealed && stays.has(found.what)),
    );
    return leak && describeFound(leak);
  }
}

function describeFound({ path, what, sealed }: FoundSecret): string {
  return `${path} holds ${what}${sealed ? ', sealed' : ''}`;
}

function tracing(output: string, calls = CALLS): readonly string[] {
  return ['strace', '-f', '-qq', '-y', '-s', '0', '-o', output, '-e', `trace=${calls}`];
}

/** A program does not open the same files in the same order each time: the error may have hit something else. */
function wasStruck({ code }: Ended, trace: string, { blow }: Injection, stage: Stage): boolean {
  if (blow === 'SIGKILL') return code === KILLED;
  const struck = readFileSync(trace, 'latin1').split('\n');
  return struck.some(
    (line) => line.endsWith('(INJECTED)') && stage.places.some((place) => line.includes(`${place}/`)),
  );
}

/** The rows that this run has time for. */
export function chosenRows(build: BuildName): Extent {
  if (PERCENT !== undefined) return { rows: COMMANDS, cases: partOf(build === 'standalone' ? 350 : 90) };
  const quick = COMMANDS.filter(({ share }) => share === undefined);
  const roll = dice(`rows of ${build}`);
  return build === 'standalone' ? { rows: quick, cases: 3 } : { rows: sample(quick, 2, roll), cases: 2 };
}
