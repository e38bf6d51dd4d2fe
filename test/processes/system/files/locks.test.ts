import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { HeldLock } from '../../../../src/core/ports/locks.ts';
import { systemClock } from '../../../../src/system/clock.ts';
import { createLocks } from '../../../../src/system/files/locks.ts';
import { withoutExperimentalWarning } from '../../../../src/system/files/sqlite.ts';
import { cliError } from '../../../support/files.ts';
import { findBun, findNode } from '../../../support/builds.ts';

const PROGRAM = join(import.meta.dirname, '../../../support/hold-lock.ts');

let root: string;
let directory: string;
let said: string[];
let children: ChildProcess[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccvault-locks-'));
  directory = join(root, 'vault/locks');
  said = [];
  children = [];
});

afterEach(() => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

function locks(folder = directory, clock = systemClock): ReturnType<typeof createLocks> {
  return createLocks({
    directory: folder,
    pid: process.pid,
    command: 'ccvault',
    clock,
    out: {
      hint: (line) => said.push(`hint: ${line}`),
      info: (line) => said.push(line),
      warning: (line) => said.push(`warning: ${line}`),
    },
  });
}

class Contender {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #over = false;
  #wake: () => void = () => {};

  constructor(runtime: string, ...args: string[]) {
    this.#child = spawn(runtime, [PROGRAM, directory, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(this.#child);
    this.#ended = once(this.#child, 'close').then(() => (this.#over = true));
    assert.ok(this.#child.stdout);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async says(pattern: RegExp): Promise<void> {
    while (!this.lines.some((line) => pattern.test(line))) {
      assert.ok(!this.#over, `ended without ${pattern}: ${this.lines.join(', ')}`);
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        this.#ended,
      ]);
    }
  }

  async ends(): Promise<readonly string[]> {
    await this.#ended;
    return this.lines;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const contenderOn =
  (runtime: string) =>
  (...args: string[]): Contender =>
    new Contender(runtime, ...args);

describe('in one process', () => {
  it('runs tasks of one name one after another, even after a failed one', async () => {
    const all = locks();
    let inside = 0;
    let most = 0;
    const waited: boolean[] = [];
    const task = async (lock: HeldLock): Promise<void> => {
      waited.push(lock.waited);
      inside += 1;
      most = Math.max(most, inside);
      await systemClock.sleep(2);
      inside -= 1;
      if (waited.length === 2) throw new Error('the second fails');
    };
    const runs = Array.from({ length: 5 }, () => all.withLock('a', { purpose: 'test' }, task));
    const results = await Promise.allSettled(runs);
    assert.equal(most, 1);
    assert.deepEqual(waited, [false, true, true, true, true]);
    assert.deepEqual(
      results.map((result) => result.status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    );
  });

  it('lets different names go at the same time', async () => {
    const all = locks();
    const result = await all.withLock('a', { purpose: 'test' }, () =>
      all.withLock('b', { purpose: 'test' }, async () => 'both'),
    );
    assert.equal(result, 'both');
  });

  it('keeps its files private, without the name and without growing', async () => {
    const umask = process.umask(0);
    try {
      await locks().withLock('arn:aws:iam::111122223333:mfa/alice', { purpose: 'test' }, async () => {});
    } finally {
      process.umask(umask);
    }
    const names = readdirSync(directory);
    assert.equal(names.length, 2);
    for (const name of names) {
      assert.match(name, /^[0-9a-f]{32}\.(db|json)$/);
      assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
      if (name.endsWith('.db')) assert.equal(statSync(join(directory, name)).size, 0);
    }
    for (const folder of [directory, join(directory, '..')])
      assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  it('does nothing without a lock that is needed', async () => {
    writeFileSync(join(root, 'file'), '');
    const all = locks(join(root, 'file/locks'));
    const work = (): never => assert.fail('it runs');
    await assert.rejects(
      all.withLock('a', { purpose: 'test' }, work),
      cliError('keystore', /file is not a folder/),
    );
    assert.deepEqual(said, []);
  });

  it('goes on without an optional lock where none is possible, and says so once', async () => {
    writeFileSync(join(root, 'file'), '');
    const all = locks(join(root, 'file/locks'));
    const optional = { purpose: 'test', optional: true };
    assert.equal(await all.withLock('a', optional, async () => 1), 1);
    assert.equal(await all.withLock('b', optional, async () => 2), 2);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^warning: cannot lock .*file\/locks: .*; continuing without a lock/);
  });

  it('goes on without an optional lock when its file is something else', async () => {
    const all = locks();
    await all.withLock('a', { purpose: 'test' }, async () => {});
    const db = readdirSync(directory).find((name) => name.endsWith('.db')) ?? '';
    rmSync(join(directory, db));
    mkdirSync(join(directory, db));
    chmodSync(join(directory, db), 0o700);
    assert.equal(await all.withLock('a', { purpose: 'test', optional: true }, async () => 1), 1);
    assert.match(said.join('\n'), /^warning: [^\n]*is not a regular file; continuing without a lock$/);
  });

  it('locks with a file that was damaged, in the place where others hold it', async () => {
    await locks().withLock('a', { purpose: 'test' }, async () => {});
    const db = join(directory, readdirSync(directory).find((name) => name.endsWith('.db')) ?? '');
    const { ino } = statSync(db);
    for (const bytes of ['x', 'SQLite format 3\0', 'damaged '.repeat(1000)]) {
      writeFileSync(db, bytes);
      await locks().withLock('a', { purpose: 'test' }, async () => {});
      assert.deepEqual([statSync(db).ino, statSync(db).size], [ino, 0]);
    }
    assert.deepEqual(said, []);
  });

  it('does not take damaged notes for anything', async () => {
    const all = locks();
    await all.withLock('a', { purpose: 'test' }, async (lock) => {
      lock.reportFailure({ kind: 'aws', message: 'denied', code: 'no-code', hints: ['a', 'b'] });
    });
    const note = join(directory, readdirSync(directory).find((name) => name.endsWith('.json')) ?? '');
    assert.ok(existsSync(note));
    for (const text of ['', '{', 'null', '{"pid":1}', '{"pid":1,"purpose":"x","failure":{"kind":"odd"}}']) {
      writeFileSync(note, text);
      const failure = await all.withLock('a', { purpose: 'test' }, async (lock) => lock.failure);
      assert.equal(failure, undefined);
    }
  });
});

for (const [runtime, find] of [
  ['node', findNode],
  ['bun', findBun],
] as const) {
  const program = find();
  describe(`between processes of ${runtime}`, { skip: program === undefined && `no ${runtime} here` }, () => {
    const contender = contenderOn(program ?? '');

    it('excludes this process too, and says whom it waits for after a second', async () => {
      const holder = contender('a', 'hold', '', '1500');
      await holder.says(/^held/);
      const waited = await locks().withLock('a', { purpose: 'test' }, async (lock) => lock.waited);
      assert.equal(waited, true);
      assert.deepEqual(said, [`waiting for ccvault pid ${holder.pid} (the hold of a test)`]);
      assert.ok((await holder.ends()).includes('released'));
    });

    it('names a stopped holder after ten seconds, and how to let it go on', async () => {
      const holder = contender('a', 'hold', '', '100');
      await holder.says(/^held/);
      process.kill(holder.pid ?? 0, 'SIGSTOP');
      // The clock runs a hundred times as fast while this process waits.
      const start = systemClock.now();
      const now = (): number => start + (systemClock.now() - start) * 100;
      const waiting = locks(directory, { ...systemClock, now }).withLock(
        'a',
        { purpose: 'test' },
        async () => {},
      );
      while (said.length < 3) await systemClock.sleep(20);
      process.kill(holder.pid ?? 0, 'SIGCONT');
      await waiting;
      assert.deepEqual(said, [
        `waiting for ccvault pid ${holder.pid} (the hold of a test)`,
        `pid ${holder.pid} still holds the lock that this command needs, and is stopped: ccvault`,
        `hint: continue it with: kill -CONT ${holder.pid}`,
      ]);
    });

    it('is free as soon as its holder was killed', async () => {
      const holder = contender('a', 'hold', '', '600000');
      await holder.says(/^held/);
      const next = contender('a', 'hold', '', '0');
      await next.says(/^started/);
      assert.ok(!next.lines.includes('held'));
      holder.kill();
      assert.ok((await next.ends()).includes('released'));
    });

    it('leaves word of a failure for those who wait, and for nobody who comes later', async () => {
      const asked = join(root, 'asked');
      const over = join(root, 'over');
      const holder = contender('a', 'fail', over);
      await holder.says(/^held/);
      // Once they say whom they wait for, they are certain to be waiting.
      const waiters = [contender('a', 'prompt', asked), contender('a', 'prompt', asked)];
      await Promise.all(waiters.map((waiter) => waiter.says(/^info: waiting/)));
      writeFileSync(over, '');
      for (const waiter of waiters) {
        assert.ok((await waiter.ends()).includes('failure: interrupted cancelled'), waiter.lines.join(', '));
      }
      assert.ok((await contender('a', 'prompt', asked).ends()).includes('asked'));
    });
  });
}

it('lets a hundred processes in one at a time, and asks once', { timeout: 60_000 }, async () => {
  const file = join(root, 'number');
  const asked = join(root, 'asked');
  writeFileSync(file, '0');
  const fast = findBun() ?? findNode() ?? process.execPath;
  const mixed = [findNode() ?? fast, fast, fast, fast, fast];
  const all = Array.from({ length: 50 }, (_, i) => [
    new Contender(mixed[i % 5] ?? fast, 'count', 'increment', file),
    new Contender(mixed[(i + 1) % 5] ?? fast, 'ask', 'prompt', asked, '300'),
  ]).flat();
  const lines = await Promise.all(all.map((one) => one.ends()));
  assert.equal(readFileSync(file, 'utf8'), '50');
  assert.equal(lines.flat().filter((line) => line === 'asked').length, 1);
  assert.equal(lines.flat().filter((line) => line === 'found').length, 49);
});

describe('withoutExperimentalWarning', () => {
  it('holds back that warning alone, and only while it runs', async () => {
    const seen: string[] = [];
    const listen = (warning: Error): void => {
      seen.push(`${warning.name}: ${warning.message}`);
    };
    process.on('warning', listen);
    const result = withoutExperimentalWarning(() => {
      process.emitWarning('hidden', 'ExperimentalWarning');
      process.emitWarning('shown', 'DeprecationWarning');
      return 1;
    });
    process.emitWarning('later', 'ExperimentalWarning');
    await systemClock.sleep(5);
    process.off('warning', listen);
    assert.equal(result, 1);
    assert.deepEqual(seen, ['DeprecationWarning: shown', 'ExperimentalWarning: later']);
  });
});
