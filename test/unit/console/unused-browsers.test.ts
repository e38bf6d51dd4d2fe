import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { removeUnusedBrowsers } from '../../../src/console/unused-browsers.ts';
import { createFiles } from '../../../src/system/files/create-files.ts';

const DAY = 86_400_000;

describe('removeUnusedBrowsers', () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'ccvault-'));
  });
  after(() => rmSync(home, { recursive: true }));

  it('removes what was not used for 30 days, and nothing that a link leads to', () => {
    const vaultDirectory = join(home, 'vault');
    const directory = join(vaultDirectory, 'browsers');
    const elsewhere = join(home, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'kept'), '');
    const now = Date.now();
    const made = (name: string, days: number): string => {
      const folder = join(directory, name);
      mkdirSync(join(folder, 'Default'), { recursive: true });
      writeFileSync(join(folder, 'Default/Cookies'), 'cookies');
      symlinkSync(elsewhere, join(folder, 'link'));
      symlinkSync('nowhere-1234', join(folder, 'SingletonLock'));
      const time = (now - days * DAY) / 1000;
      utimesSync(folder, time, time);
      return folder;
    };
    const old = [made('chromium/old', 31), made('edge/older', 400)];
    const used = [made('chromium/prod', 29), made('edge/new', 0)];
    const files = createFiles({ vaultDirectory }, { warning() {} });
    removeUnusedBrowsers(directory, { files, clock: { now: () => now } });
    assert.deepEqual(
      old.map((folder) => existsSync(folder)),
      [false, false],
    );
    assert.deepEqual(
      used.map((folder) => existsSync(folder)),
      [true, true],
    );
    assert.ok(existsSync(join(elsewhere, 'kept')));
  });

  it('does nothing where there are none', () => {
    const vaultDirectory = join(home, 'nowhere');
    const files = createFiles({ vaultDirectory }, { warning() {} });
    removeUnusedBrowsers(join(vaultDirectory, 'browsers'), { files, clock: { now: () => Date.now() } });
  });
});
