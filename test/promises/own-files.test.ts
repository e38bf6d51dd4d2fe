// What lies in the vault's folder is ours alone: nothing of it is reached through a link, and nobody else may change the
// way to it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { modeOf } from '../support/files.ts';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import type { Ended } from '../support/home.ts';

const isRoot = process.geteuid?.() === 0;
const SOMEBODY = 54_321;

// One of each kind: what reads the index, what deletes, what writes the vault, what hands out.
const COMMANDS: readonly (readonly string[])[] = [
  ['list'],
  ['clear'],
  ['remove', '-f', 'dev'],
  ['export', 'dev', '-n'],
  ['add', 'other', '--stdin', '--no-verify'],
];

/** With the modes. */
function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

for (const build of BUILDS) {
  describe(build, () => {
    let home: Home;
    let good: string;
    let precious: string;

    before(async () => {
      home = await Home.withKey({ build });
      await home.ok(['refresh', 'prod', '--mfa-token', home.user.totp()]);
      await home.ok(['lock']);
      good = join(home.root, 'good');
      copy(home.vault, good);
      precious = join(home.root, 'precious');
    });

    after(() => home.end());

    beforeEach(() => {
      rmSync(home.vault, { recursive: true, force: true });
      copy(good, home.vault);
      rmSync(precious, { recursive: true, force: true });
      mkdirSync(precious);
      writeFileSync(join(precious, 'letter'), 'dear friend\n');
    });

    const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
      home.run(args, { env, ...(args.includes('--stdin') ? { input: home.keyJson() } : {}) });

    const refused = async (args: readonly string[], why: RegExp, env = {}): Promise<void> => {
      const { code, stdout, stderr } = await run(args, env);
      assert.equal(code, 5, `${args.join(' ')}: ${stderr}`);
      assert.equal(stdout, '');
      assert.match(stderr, why);
    };

    it('closes a folder that is open to others, and goes on', async () => {
      for (const mode of [0o777, 0o755]) {
        chmodSync(home.vault, mode);
        const { stderr } = await home.ok(['list']);
        assert.match(stderr, /warning: .*vault was open to others \(mode 07[57]{2}\) and is closed now/);
        assert.equal(modeOf(home.vault), '700');
      }
    });

    it('deletes nothing through a link in the place of a folder', async () => {
      rmSync(join(home.vault, 'sessions'), { recursive: true });
      symlinkSync(precious, join(home.vault, 'sessions'));
      await refused(['clear'], /vault\/sessions is a symbolic link/);
      assert.deepEqual(readdirSync(precious), ['letter']);
    });

    it('deletes sessions and no other file', async () => {
      writeFileSync(join(home.vault, 'sessions/notes.txt'), 'mine');
      await home.ok(['clear']);
      assert.deepEqual(readdirSync(join(home.vault, 'sessions')), ['notes.txt']);
    });

    for (const name of ['vault.age', 'index.json']) {
      it(`neither reads nor writes through a link at ${name}`, async () => {
        renameSync(join(home.vault, name), join(precious, name));
        symlinkSync(join(precious, name), join(home.vault, name));
        const bytes = readFileSync(join(precious, name));
        await refused(COMMANDS.at(-1) ?? [], new RegExp(`vault/${name} is a symbolic link`));
        await refused(['export', 'dev', '-n'], new RegExp(`vault/${name} is a symbolic link`));
        assert.deepEqual(readFileSync(join(precious, name)), bytes);
      });
    }

    it('writes through no link that waits at a name beside a file', async () => {
      for (const name of ['vault.age.new', 'vault.age.tmp', 'index.json.new']) {
        symlinkSync(join(precious, 'letter'), join(home.vault, name));
      }
      assert.equal((await run(COMMANDS.at(-1) ?? [])).code, 0);
      assert.equal(readFileSync(join(precious, 'letter'), 'utf8'), 'dear friend\n');
    });

    it('removes what killed runs left beside the vault, and nothing like it', async () => {
      const [name, ours] = ['0123456789abcdef', ['vault.age', 'vault.age.bak']];
      const others = [
        `.ccvault-${name}.txt`,
        `.ccvault-vault.age.mine-${name}.tmp`,
        `vault.age.bak-${name}.tmp`,
      ];
      for (const args of [
        ['add', 'dev', '--stdin', '--no-verify', '--no-config'],
        ['add', 'other', '--stdin', '--no-verify'],
        ['remove', '-f', 'dev'],
        ['rotate', 'dev', '-n'],
      ]) {
        rmSync(home.vault, { recursive: true, force: true });
        copy(good, home.vault);
        const left = ours.map((basename) => `.ccvault-${basename}-${name}.tmp`);
        for (const one of [...left, ...others]) copy(join(good, 'vault.age'), join(home.vault, one));
        await run(args);
        const there = readdirSync(home.vault).filter((one) => one.includes(name));
        assert.deepEqual(there.sort(), others.sort(), args.join(' '));
      }
    });

    it('neither waits for a pipe nor empties a file with a second name', async () => {
      const locks = join(home.vault, 'locks');
      rmSync(locks, { recursive: true });
      assert.equal((await run(COMMANDS.at(-1) ?? [])).code, 0);
      for (const name of readdirSync(locks)) {
        rmSync(join(locks, name));
        linkSync(join(precious, 'letter'), join(locks, name));
      }
      await refused(['add', 'more', '--stdin', '--no-verify'], /locks\/.* has another hard link/);
      assert.equal(readFileSync(join(precious, 'letter'), 'utf8'), 'dear friend\n');
    });

    it('makes a damaged lock file a lock again', async () => {
      const locks = join(home.vault, 'locks');
      for (const name of readdirSync(locks))
        writeFileSync(join(locks, name), 'no database at all\n'.repeat(90));
      const adds = ['a', 'b', 'c', 'd'].map((name) => run(['add', name, '--stdin', '--no-verify']));
      for (const { code, stderr } of await Promise.all(adds)) {
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stderr, /no lock/);
      }
      assert.match(
        (await home.ok(['list', '--credentials'])).stdout.split('\n').sort().join(' '),
        /^ a b c d dev$/,
      );
    });

    it('stores nothing where no lock can be taken', async () => {
      rmSync(join(home.vault, 'locks'), { recursive: true });
      writeFileSync(join(home.vault, 'locks'), '');
      const bytes = readFileSync(join(home.vault, 'vault.age'));
      await refused(COMMANDS.at(-1) ?? [], /vault\/locks is not a folder/);
      assert.deepEqual(readFileSync(join(home.vault, 'vault.age')), bytes);
    });

    it('tightens a file that is open to others', async () => {
      chmodSync(join(home.vault, 'index.json'), 0o666);
      await home.ok(['list']);
      assert.equal(modeOf(join(home.vault, 'index.json')), '600');
    });

    it('refuses a folder below one that others may change', async () => {
      const open = join(home.root, 'open');
      mkdirSync(open, { recursive: true });
      copy(good, join(open, 'vault'));
      for (const mode of [0o777, 0o757]) {
        chmodSync(open, mode);
        for (const args of COMMANDS) {
          await refused(args, /open can be written to by others .*open\/vault is in it/, {
            CCVAULT_HOME: join(open, 'vault'),
          });
        }
      }
      chmodSync(open, 0o1777);
      assert.equal((await run(['list'], { CCVAULT_HOME: `${open}/./vault/` })).code, 0);
      rmSync(open, { recursive: true });
    });

    it('uses a folder through a link of its own user', async () => {
      symlinkSync('vault', join(home.root, 'way'));
      const { code, stdout } = await run(['list', '--credentials'], { CCVAULT_HOME: join(home.root, 'way') });
      assert.equal(code, 0);
      assert.equal(stdout, 'dev\n');
      rmSync(join(home.root, 'way'));
    });

    it(
      "refuses another user's folder and file",
      { skip: !isRoot && 'only root may give them away' },
      async () => {
        for (const path of ['', 'index.json', 'locks']) {
          chownSync(join(home.vault, path), SOMEBODY, SOMEBODY);
          const named = new RegExp(`${join('vault', path).replace(/\/$/, '')} belongs to another user`);
          for (const args of path === 'locks' ? COMMANDS.slice(-1) : COMMANDS) await refused(args, named);
          chownSync(join(home.vault, path), process.getuid?.() ?? 0, process.getgid?.() ?? 0);
        }
      },
    );
  });
}
