// Takes a lock and says so, for tests with many processes. Arguments: folder, name, what to do, file, milliseconds.
//   increment  adds one to the number in the file, slowly, and says whether it had waited
//   hold       waits for the milliseconds
//   fail       waits for the file, then reports a failure
//   prompt     "asks" once for all: writes the file when it is not there, unless a failure was left

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/system/clock.ts';
import { createLocks } from '../../src/system/files/locks.ts';

const [directory = '', name = '', action = '', file = '', milliseconds = '0'] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const locks = createLocks({
  directory,
  command: 'ccvault',
  pid: process.pid,
  clock: systemClock,
  out: {
    hint: (message) => say(`hint: ${message}`),
    info: (message) => say(`info: ${message}`),
    warning: (message) => say(`warning: ${message}`),
  },
});

say('started');
await locks.withLock(name, { purpose: `the ${action} of a test` }, async (lock) => {
  say('held');
  if (action === 'increment') {
    const before = Number(readFileSync(file, 'utf8'));
    await delay(1);
    writeFileSync(file, String(before + 1));
  } else if (action === 'prompt') {
    if (lock.failure !== undefined) say(`failure: ${lock.failure.kind} ${lock.failure.message}`);
    else if (existsSync(file)) say('found');
    else {
      say('asked');
      await delay(Number(milliseconds));
      writeFileSync(file, '');
    }
  } else if (action === 'fail') {
    while (!existsSync(file)) await delay(10);
    lock.reportFailure({ kind: 'interrupted', message: 'cancelled', hints: [] });
  } else {
    await delay(Number(milliseconds));
  }
});
say('released');
