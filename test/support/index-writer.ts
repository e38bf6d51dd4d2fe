/** `index-writer.ts FOLDER NAME COUNT`: one process of several that add entries to one index. */
import { join } from 'node:path';
import type { System } from '../../src/core/ports/system.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createCrypto } from '../../src/system/crypto.ts';
import { filesOf } from './files.ts';
import { createLocks } from '../../src/system/files/locks.ts';
import { emptyIndex, updateIndex, withEntry } from '../../src/vault/keys/index-file.ts';

export function createIndexSystem(folder: string): Pick<System, 'files' | 'host' | 'locks' | 'crypto'> {
  return {
    files: filesOf(folder),
    crypto: createCrypto(),
    locks: createLocks({
      directory: join(folder, 'locks'),
      pid: process.pid,
      clock: systemClock,
      command: 'ccvault',
      out: { info() {}, hint() {}, warning: (message) => console.error(message) },
    }),
    host: {
      os: 'linux',
      runtime: 'node',
      pid: process.pid,
      userName: 'me',
      homeDirectory: folder,
      startedAs: [''],
      vaultDirectory: folder,
    },
  };
}

if (import.meta.main) {
  const [folder = '', name = '', count = '1'] = process.argv.slice(2);
  const system = createIndexSystem(folder);
  for (let number = 0; number < Number(count); number++) {
    await updateIndex(system, { ...emptyIndex(system), backend: 'file' }, (index) =>
      withEntry(index, {
        profile: `${name}-${number}`,
        accessKeyId: 'AKIAQQQQQQQQQQQQQQQQ',
        generation: 'ab',
        storedAt: new Date().toISOString(),
      }),
    );
  }
}
