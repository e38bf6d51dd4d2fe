// Takes part in a single flight and says how it went, for tests with many processes. Arguments: the folder of the locks,
// the file that is made, and how: `succeed`, `fail CODE`, `stubborn CODE` (which pays no heed to the failure of others).
// A first flight of its kind makes slowly: it waits for FILE.go.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError, isCliError } from '../../src/core/errors.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createLocks } from '../../src/system/files/locks.ts';
import { singleFlight } from '../../src/vault/single-flight.ts';

const [directory = '', file = '', how = '', code = ''] = process.argv.slice(2);
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

const found = async (): Promise<string | undefined> =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined;

try {
  const text = await singleFlight(locks, {
    name: 'flight',
    purpose: 'testing',
    find: found,
    async make() {
      say('making');
      while (!existsSync(`${file}.go`)) await delay(10);
      if (how !== 'succeed') {
        const kind = code === 'interrupted' ? 'interrupted' : 'aws';
        throw new CliError(kind, `${how} of ${process.pid}`, {
          code: code as ErrorCode,
          hints: ['first', 'second'],
        });
      }
      writeFileSync(file, `made by ${process.pid}`);
      return `made by ${process.pid}`;
    },
    ignoresFailure: how === 'stubborn',
  });
  say(`got ${text}`);
} catch (error) {
  if (!isCliError(error)) throw error;
  const { kind, message, hints } = error;
  say(`failed ${JSON.stringify({ kind, message, hints, code: error.code })}`);
}
