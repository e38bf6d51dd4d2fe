import { closeSync, openSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isCliError, messageOf } from '../../core/errors.ts';
import type { HeldLock, LockOptions, Locks, SharedFailure } from '../../core/ports/locks.ts';
import type { Clock } from '../../core/ports/system.ts';
import type { Output } from '../../core/ports/terminal.ts';
import { readLockNote, writeLockNote } from './lock-note.ts';
import { ensurePrivateDirectory } from './private-directory.ts';
import { loadSqlite } from './sqlite.ts';
import { explainError } from '../system-errors.ts';

const SQLITE_BUSY = 5;
const TELL_AFTER_MS = 1000;
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

export interface LockSettings {
  /** The vault's `locks` folder; made when first needed. */
  readonly directory: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly out: Pick<Output, 'info' | 'warning'>;
}

/**
 * Locks between processes: `BEGIN EXCLUSIVE` on an empty SQLite file takes the kernel's own file locks, which
 * need no addon, exclude Node and Bun from one another and go when their holder dies, however it dies.
 *
 * Waiting has no end of its own: a prompt may take as long as the person does. The line after a second says whom
 * we wait for. A name must not be locked again inside its own `work`.
 */
export function createLocks(settings: LockSettings): Locks {
  // One connection a name: a second one in this process would drop the first one's lock when it closes (POSIX).
  const queues = new Map<string, Promise<unknown>>();
  const unlocked = createUnlockedWarning(settings);

  async function inTurn<T>(name: string, work: (queued: boolean) => Promise<T>): Promise<T> {
    const before = queues.get(name);
    const turn = before === undefined ? work(false) : before.then(() => work(true));
    // The next in the queue waits for the end of this turn, not for its success.
    const ended = Promise.allSettled([turn]);
    queues.set(name, ended);
    try {
      return await turn;
    } finally {
      if (queues.get(name) === ended) queues.delete(name);
    }
  }

  return {
    withLock(name, options, work) {
      const began = settings.clock.now();
      return inTurn(name, async (queued) => {
        const base = join(settings.directory, createHash('sha256').update(name).digest('hex').slice(0, 32));
        const database = unlocked.attempt(() => {
          ensurePrivateDirectory(settings.directory);
          return open(`${base}.db`);
        });
        if (database === undefined) return work(notLocked(queued));
        try {
          const waited = await acquire(database, `${base}.json`, settings, unlocked);
          if (waited === undefined) return await work(notLocked(queued));
          return await work(hold(`${base}.json`, settings, options, began, waited || queued));
        } finally {
          database.close();
        }
      });
    },
  };
}

function open(path: string): DatabaseSync {
  // SQLite makes files by the umask alone.
  closeSync(openSync(path, 'a', 0o600));
  return new (loadSqlite().DatabaseSync)(path, { timeout: 0 });
}

/** Whether we had to wait; undefined where no lock is to be had. */
async function acquire(
  database: DatabaseSync,
  notePath: string,
  { clock, out }: LockSettings,
  unlocked: UnlockedWarning,
): Promise<boolean | undefined> {
  const began = clock.now();
  let told = false;
  for (let tries = 0; ; tries += 1) {
    const locked = unlocked.attempt(() => tryLock(database));
    if (locked === undefined) return undefined;
    if (locked) return tries > 0;
    const waiting = clock.now() - began;
    if (!told && waiting >= TELL_AFTER_MS) {
      told = true;
      const note = readLockNote(notePath);
      out.info(
        `waiting for ${note === undefined ? 'another ccvault' : `ccvault pid ${note.pid} (${note.purpose})`}`,
      );
    }
    // The longer it took, the less a little more matters; the jitter keeps a hundred waiters apart.
    const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS + Math.max(0, waiting) / 50);
    await clock.sleep(pause * (1 + 1.5 * Math.random()));
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      return false;
    }
    throw error;
  }
}

function hold(
  notePath: string,
  { clock, pid }: LockSettings,
  { purpose }: LockOptions,
  began: number,
  waited: boolean,
): HeldLock {
  const left = readLockNote(notePath)?.failure;
  // A failure older than our wait is not ours: a process that starts later asks again. One from the future is a clock
  // that was set back.
  const ours = waited && left !== undefined && left.at >= began && left.at <= clock.now();
  // Others may still wait who came before that failure, so the note keeps it.
  writeLockNote(notePath, { pid, purpose, ...(left && { failure: left }) });
  return {
    waited,
    failure: ours ? left : undefined,
    reportFailure(failure: SharedFailure) {
      // Passing on what we were told would make it new again for those who came since.
      if (ours) return;
      writeLockNote(notePath, { pid, purpose, failure: { ...failure, at: clock.now() } });
    },
  };
}

function notLocked(waited: boolean): HeldLock {
  return { waited, failure: undefined, reportFailure: () => {} };
}

interface UnlockedWarning {
  /** The result of `step`; undefined, with a warning the first time, when it throws. */
  attempt<T>(step: () => T): T | undefined;
}

function createUnlockedWarning({ directory, out }: LockSettings): UnlockedWarning {
  let warned = false;
  return {
    attempt(step) {
      try {
        return step();
      } catch (error) {
        if (!warned) {
          const reason = isCliError(error) ? messageOf(error) : explainError(error);
          out.warning(`cannot lock ${directory}: ${reason}; continuing without a lock`);
        }
        warned = true;
        return undefined;
      }
    },
  };
}
