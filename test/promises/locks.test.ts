// A change needs its lock: where none can be taken, each command that changes something ends without having done so.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AccessKey } from '../aws/entities.ts';
import { BUILDS } from '../support/builds.ts';
import { filesBelow, Home } from '../support/home.ts';
import type { Ended } from '../support/home.ts';
import { createLightVault } from '../support/light-vault.ts';

const SOMEBODY = 54_321;
const onlyRoot = process.geteuid?.() !== 0 && 'only root may give files away';

interface Fault {
  readonly what: string;
  /** Brings it about at a path that does not exist any more; `elsewhere` is a folder of ours. */
  readonly make: (path: string, elsewhere: string) => unknown;
  readonly skip?: string | false;
}

const giveAway = (path: string): void => chownSync(path, SOMEBODY, SOMEBODY);

const FOLDERS: readonly Fault[] = [
  { what: 'a file', make: (path) => writeFileSync(path, '', { mode: 0o600 }) },
  { what: 'a link to another folder', make: (path, elsewhere) => symlinkSync(elsewhere, path) },
  { what: 'a link to nothing', make: (path) => symlinkSync(`${path}.nothing`, path) },
  { what: 'a pipe', make: (path) => execFileSync('mkfifo', ['-m', '600', path]) },
  {
    what: "another user's folder",
    make: (path) => {
      mkdirSync(path, { mode: 0o700 });
      giveAway(path);
    },
    skip: onlyRoot,
  },
];

const LOCKS: readonly Fault[] = [
  { what: 'a folder', make: (path) => mkdirSync(path, { mode: 0o700 }) },
  { what: 'a link to a file', make: (path, elsewhere) => symlinkSync(join(elsewhere, 'letter'), path) },
  { what: 'a link to nothing', make: (path) => symlinkSync(`${path}.nothing`, path) },
  { what: 'a second name of a file', make: (path, elsewhere) => linkSync(join(elsewhere, 'letter'), path) },
  { what: 'a pipe', make: (path) => execFileSync('mkfifo', ['-m', '600', path]) },
  {
    what: "another user's file",
    make: (path) => {
      writeFileSync(path, '', { mode: 0o600 });
      giveAway(path);
    },
    skip: onlyRoot,
  },
];

const CHANGES: readonly (readonly string[])[] = [
  ['add', 'other', '--stdin', '--no-verify', '--no-config'],
  ['add', 'dev', '--stdin', '--no-verify', '--no-config'],
  ['remove', '-f', 'dev'],
  ['rotate', 'dev', '-n'],
  ['import'],
  ['import', '--scrub'],
  ['sdk', 'dev'],
  ['sso', 'add', 'work', '--start-url', 'https://example.awsapps.com/start', '--region', 'eu-west-1'],
  ['passphrase'],
];

const NEW_PASSPHRASE = 'another passphrase of a test';

for (const build of BUILDS) {
  describe(`${build}: without a lock`, () => {
    let home: Home;
    let good: string;
    let elsewhere: string;
    let firstKeys: readonly AccessKey[];

    async function run(args: readonly string[]): Promise<Ended> {
      if (args[0] !== 'passphrase')
        return home.run(args, args.includes('--stdin') ? { input: home.keyJson() } : {});
      const terminal = home.terminal(args);
      for (const question of [/New passphrase for [^\n]*: /, /Repeat the passphrase: /]) {
        await terminal.expect(question);
        await terminal.answer(NEW_PASSPHRASE);
      }
      return { code: await terminal.wait(), stdout: '', stderr: terminal.text };
    }

    before(async () => {
      home = await Home.create({ build });
      await createLightVault(home.vault, home.passphrase);
      await home.ok(['add', 'dev', '--stdin', '--no-config'], { input: home.keyJson() });
      elsewhere = join(home.root, 'elsewhere');
      mkdirSync(elsewhere, { mode: 0o700 });
      writeFileSync(join(elsewhere, 'letter'), 'dear friend\n', { mode: 0o600 });
      const credentials = join(home.home, '.aws/credentials');
      const { accessKeyId, secretAccessKey } = home.user;
      writeFileSync(
        credentials,
        `[plain]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
        { mode: 0o600 },
      );
      firstKeys = home.user.user.keys.map(copyOf);
      good = join(home.root, 'good');
      mkdirSync(good);
      for (const [from, to] of [
        [home.vault, 'vault'],
        [home.home, 'home'],
      ] as const)
        execFileSync('cp', ['-a', from, join(good, to)]);
    });
    after(() => home.end());

    function restore(): void {
      const { keys } = home.user.user;
      keys.splice(0, keys.length, ...firstKeys.map(copyOf));
      for (const [to, from] of [
        [home.vault, 'vault'],
        [home.home, 'home'],
      ] as const) {
        rmSync(to, { recursive: true, force: true });
        execFileSync('cp', ['-a', join(good, from), to]);
      }
    }

    /** What a change could change. */
    const state = (): string =>
      [home.vault, home.home, elsewhere]
        .flatMap(filesBelow)
        .filter((path) => !path.startsWith(`${home.vault}/locks`) && !path.endsWith('.bak'))
        .sort()
        .map((path) => `${path}: ${readFileSync(path, 'latin1')}`)
        .concat(home.user.user.keys.map(({ id }) => id))
        .join('\n');

    /** The command at the good state, with its lock folder as `damage` leaves it. */
    async function runWith(args: readonly string[], damage: (locks: string) => void): Promise<Ended> {
      restore();
      damage(join(home.vault, 'locks'));
      return run(args);
    }

    async function refuses(
      args: readonly string[],
      what: string,
      damage: (locks: string) => void,
    ): Promise<void> {
      let was = '';
      const { code, stdout, stderr } = await runWith(args, (locks) => {
        damage(locks);
        was = state();
      });
      assert.deepEqual([code, stdout], [5, ''], `${what}: ${stderr}`);
      assert.match(stderr, /error: .*vault\/locks/, what);
      assert.equal(state(), was, what);
      // What the hint has to run makes room for a lock.
      const [, fix] = /hint: [^\n]*: ((?:mv|rm) [^\n]*)$/m.exec(stderr) ?? [];
      if (fix !== undefined) execFileSync('sh', ['-c', fix]);
    }

    for (const [index, args] of CHANGES.entries()) {
      const faults = (all: readonly Fault[]): readonly Fault[] => {
        const possible = all.filter(({ skip }) => !skip);
        return index === 0 ? possible : possible.slice(index % possible.length).slice(0, 1);
      };

      it(`nothing is changed by ${args.slice(0, 2).join(' ')}`, { timeout: 300_000 }, async () => {
        for (const { what, make } of faults(FOLDERS)) {
          await refuses(args, `the folder is ${what}`, (locks) => {
            rmSync(locks, { recursive: true });
            make(locks, elsewhere);
          });
        }
        // The two builds share this code; what a runtime may change has been looked at.
        if (build === 'npm') return;
        const healthy = await runWith(args, (locks) => rmSync(locks, { recursive: true }));
        assert.equal(healthy.code, 0, healthy.stderr);
        const names = readdirSync(join(home.vault, 'locks')).filter((name) => name.endsWith('.db'));
        for (const { what, make } of faults(LOCKS)) {
          await refuses(args, `the locks are ${what}`, (locks) => {
            for (const name of names) {
              rmSync(join(locks, name), { force: true });
              make(join(locks, name), elsewhere);
            }
          });
        }
        for (const name of names) {
          const { code, stderr } = await runWith(args, (locks) => {
            rmSync(join(locks, name), { force: true });
            mkdirSync(join(locks, name));
          });
          // What it had done before it came to that lock stays done, and is finished by the next run.
          assert.equal(code, 5, stderr);
          rmSync(join(home.vault, 'locks', name), { recursive: true });
          const again = await run(args);
          const isRemoved = args[0] === 'remove' && again.code === 3;
          assert.ok(again.code === 0 || isRemoved, `${stderr}---\n${again.stderr}`);
        }
      });
    }
  });
}

function copyOf(key: AccessKey): AccessKey {
  return { ...key };
}
