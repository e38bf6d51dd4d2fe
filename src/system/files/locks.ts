import { constants, closeSync, fstatSync, ftruncateSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { commandLine } from '../../core/command-line.ts';
import { CliError, isCliError, messageOf } from '../../core/errors.ts';
import type { HeldLock, LockOptions, Locks, SharedFailure } from '../../core/ports/locks.ts';
import type { Clock } from '../../core/ports/system.ts';
import type { Output } from '../../core/ports/terminal.ts';
import { tellOfHolder } from './lock-holder.ts';
import { readLockNote, writeLockNote } from './lock-note.ts';
import { ensurePrivateDirectory } from './private-directory.ts';
import { openPrivateFile } from './private-file.ts';
import { loadSqlite } from './sqlite.ts';
import { explainError } from '../system-errors.ts';

const SQLITE_BUSY = 5;
const TELL_AFTER_MS = 1000;
const TELL_AGAIN_AFTER_MS = 10_000;
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

export interface LockSettings {
  /** The vault's `locks` folder; created on first use. */
  readonly directory: string;
  readonly pid: number;
  /** The command line of this process, without secrets. */
  readonly command: string;
  readonly clock: Clock;
  readonly out: Pick<Output, 'info' | 'hint' | 'warning'>;
}

/**
 * Locks between processes. `BEGIN EXCLUSIVE` on an empty SQLite file takes file locks of the kernel, which need no
 * addon, work between Node and Bun, and are freed when their holder ends, however it ends.
 *
 * There is no time limit: the holder may be waiting for a prompt. A message after one second names the holder, and
 * one after ten seconds the command that ends it. A name must not be locked again inside its own `work`: that never
 * returns. Throws CliError `keystore` if a lock that is not optional cannot be taken.
 */
export function createLocks(settings: LockSettings): Locks {
  // One connection for each name: under POSIX, a second one in this process would drop the first one's lock when it
  // closes.
  const queues = new Map<string, Promise<unknown>>();
  const warnUnlocked = createUnlockedWarning(settings);

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
        let taken: Taken;
        try {
          taken = await take(base, settings);
        } catch (error) {
          if (options.optional !== true) throw noLock(error, settings);
          warnUnlocked(error);
          return work(notLocked(queued));
        }
        try {
          return await work(hold(`${base}.json`, settings, options, began, taken.waited || queued));
        } finally {
          taken.database.close();
        }
      });
    },
  };
}

interface Taken {
  readonly database: DatabaseSync;
  readonly waited: boolean;
}

/** Waits for the lock and takes it. Throws if it cannot be taken at all. */
async function take(base: string, settings: LockSettings): Promise<Taken> {
  const warn = (message: string): void => settings.out.warning(message);
  // The vault's folder first: created as a parent of `locks`, it would be open to others.
  ensurePrivateDirectory(dirname(settings.directory), { link: true, warn });
  ensurePrivateDirectory(settings.directory, { link: false, warn });
  const database = open(`${base}.db`);
  try {
    return { database, waited: await acquire(database, `${base}.json`, settings) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens a lock's file, which is empty. Any content would keep SQLite from locking it, so content is removed, in
 * place: a new file would be locked beside the one that others hold.
 */
function open(path: string): DatabaseSync {
  const descriptor = openPrivateFile(path, constants.O_RDWR | constants.O_CREAT);
  try {
    if (fstatSync(descriptor).size > 0) ftruncateSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return new (loadSqlite().DatabaseSync)(path, { timeout: 0 });
}

/** Takes the lock and returns whether it had to wait. */
async function acquire(database: DatabaseSync, notePath: string, settings: LockSettings): Promise<boolean> {
  const { clock, out } = settings;
  const began = clock.now();
  const tells = [
    { after: TELL_AFTER_MS, tell: () => tellOfWaiting(notePath, out) },
    { after: TELL_AGAIN_AFTER_MS, tell: () => tellOfHolder(readLockNote(notePath), out) },
  ];
  for (let tries = 0; ; tries += 1) {
    if (tryLock(database)) return tries > 0;
    const waiting = clock.now() - began;
    while (tells[0] !== undefined && waiting >= tells[0].after) tells.shift()?.tell();
    // The longer the wait, the longer the pause; jitter keeps many waiters apart.
    const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS + Math.max(0, waiting) / 50);
    await clock.sleep(pause * (1 + 1.5 * Math.random()));
  }
}

function tellOfWaiting(notePath: string, out: Pick<Output, 'info'>): void {
  const note = readLockNote(notePath);
  const holder = note === undefined ? 'another ccvault' : `ccvault pid ${note.pid} (${note.purpose})`;
  out.info(`waiting for ${holder}`);
}

function tryLock(database: DatabaseSync): boolean {
  try {
    // In an empty database, SQLite first writes a journal, which fails on a full disk.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
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
  { clock, pid, command }: LockSettings,
  { purpose }: LockOptions,
  began: number,
  waited: boolean,
): HeldLock {
  const left = readLockNote(notePath)?.failure;
  // A failure from before this wait does not count: a process that starts later asks again. A time in the future
  // means that the clock was set back.
  const ours = waited && left !== undefined && left.at >= began && left.at <= clock.now();
  // Others that began to wait before that failure may still wait, so the note keeps it.
  writeLockNote(notePath, { pid, command, purpose, ...(left && { failure: left }) });
  return {
    waited,
    failure: ours ? left : undefined,
    reportFailure(failure: SharedFailure) {
      // Reported again, the shared failure would also reach those that began to wait after it.
      if (ours) return;
      writeLockNote(notePath, { pid, command, purpose, failure: { ...failure, at: clock.now() } });
    },
  };
}

function notLocked(waited: boolean): HeldLock {
  return { waited, failure: undefined, reportFailure: () => {} };
}

function noLock(error: unknown, { directory }: LockSettings): CliError {
  if (isCliError(error)) return error;
  return new CliError('keystore', `cannot lock ${directory}: ${explainError(error)}`, {
    hints: [
      `make the folder writable; if it is damaged, remove it while no ccvault runs: ${commandLine('rm', '-r', directory)}`,
    ],
    cause: error,
  });
}

/** Warns, once, that the program continues without a lock. */
function createUnlockedWarning({ directory, out }: LockSettings): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (warned) return;
    warned = true;
    const reason = isCliError(error) ? messageOf(error) : explainError(error);
    out.warning(`cannot lock ${directory}: ${reason}; continuing without a lock`);
  };
}
