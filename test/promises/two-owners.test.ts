// What belongs to another user, or may be changed by one: no command uses it, shows what is in it or leaves a mark there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, lchownSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import type { BuildName } from '../support/builds.ts';
import { Home } from '../support/home.ts';

// A user is a number to the kernel; no account is made.
const STRANGER = 54_321;
const skip = process.geteuid?.() !== 0 && 'only root may give files away';

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';

interface Case {
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: RegExp;
  readonly input?: string;
}

const COMMANDS: readonly Case[] = [
  { args: ['list'], code: 5 },
  { args: ['passphrase'], code: 5 },
  { args: ['clear'], code: 5 },
  { args: ['lock'], code: 5 },
  { args: ['exec', 'prod', '--', 'true'], code: 125 },
  { args: ['doctor'], code: 1, stdout: /^error: .* (?:another user|others) / },
  { args: ['add', 'other', '--stdin', '--no-verify'], code: 5, input: '{}' },
];

const MORE: readonly Case[] = [
  { args: ['list', '--json'], code: 5 },
  { args: ['explain', 'prod'], code: 5 },
  { args: ['clear', 'dev'], code: 5 },
  { args: ['exec', '--server', 'prod', '--', 'true'], code: 125 },
  { args: ['export', 'prod'], code: 5 },
  { args: ['whoami', 'prod'], code: 5 },
  { args: ['refresh', 'prod'], code: 5 },
  { args: ['login', 'prod', '--stdout'], code: 5 },
  { args: ['serve', 'prod'], code: 5 },
  { args: ['rotate', 'dev'], code: 5 },
  { args: ['remove', '-f', 'dev'], code: 5 },
  { args: ['sdk', 'dev'], code: 5 },
  {
    args: ['credential-helper', '--profile', 'prod', 'get'],
    code: 0,
    stdout: /^quit=1\n$/,
    input: GET,
  },
];

interface Place {
  readonly what: string;
  /** Gives the path of the vault, which is at `vault` in `shared` by now, a folder of nobody's but this user's. */
  readonly make: (shared: string) => string;
  readonly reason: RegExp;
  readonly commands?: (build: BuildName) => readonly Case[];
}

const giveAway = (path: string): void => lchownSync(path, STRANGER, STRANGER);

const PLACES: readonly Place[] = [
  {
    what: "another user's folder, with what is in it",
    make(shared) {
      execFileSync('chown', ['-R', `${STRANGER}:${STRANGER}`, join(shared, 'vault')]);
      return join(shared, 'vault');
    },
    reason: /shared\/vault belongs to another user \(uid 54321\)/,
    commands: (build) => (build === 'standalone' ? [...COMMANDS, ...MORE] : COMMANDS),
  },
  {
    what: "a folder in another user's",
    make(shared) {
      giveAway(shared);
      return join(shared, 'vault');
    },
    reason: /shared belongs to another user \(uid 54321\)/,
  },
  {
    what: 'a folder in one that others may write to',
    make(shared) {
      chmodSync(shared, 0o777);
      return join(shared, 'vault');
    },
    reason: /shared can be written to by others/,
  },
  {
    what: 'a folder further below one that others may write to',
    make(shared) {
      chmodSync(join(shared, '..'), 0o777);
      return join(shared, 'vault');
    },
    reason: /above can be written to by others/,
  },
  {
    what: 'behind a link of another user',
    make(shared) {
      chmodSync(shared, 0o1777);
      symlinkSync('vault', join(shared, 'link'));
      giveAway(join(shared, 'link'));
      return join(shared, 'link');
    },
    reason: /shared\/link is a symbolic link of another user \(uid 54321\)/,
  },
  {
    what: "behind another user's link on the way",
    make(shared) {
      chmodSync(join(shared, '..'), 0o1777);
      symlinkSync('shared', `${shared}.link`);
      giveAway(`${shared}.link`);
      return join(`${shared}.link`, 'vault');
    },
    reason: /shared\.link is a symbolic link of another user \(uid 54321\)/,
  },
];

for (const build of BUILDS) {
  describe(`${build}: a vault that is`, { skip }, () => {
    let home: Home;

    before(async () => {
      home = await Home.warm({ build });
    });
    after(() => home.end());

    for (const { what, make, reason, commands = () => COMMANDS } of PLACES) {
      it(`${what} is used by no command`, { timeout: 300_000 }, async (t) => {
        const above = join(home.root, 'above');
        t.after(() => rmSync(above, { recursive: true }));
        const shared = join(above, 'shared');
        mkdirSync(shared, { recursive: true });
        execFileSync('cp', ['-a', home.vault, join(shared, 'vault')]);
        const env = { CCVAULT_HOME: make(shared) };
        const was = everythingBelow(above);
        for (const { args, code, stdout = /^$/, input } of commands(build)) {
          const ended = await home.run(args, { env, input: input ?? '' });
          assert.equal(ended.code, code, `${args.join(' ')}: ${ended.stderr}`);
          assert.match(ended.stdout, stdout, args.join(' '));
          assert.match(ended.stdout + ended.stderr, reason, args.join(' '));
          assert.equal(everythingBelow(above), was, args.join(' '));
        }
      });
    }

    it("this user's, in a folder where others may add but not change, is used", async () => {
      const shared = join(home.root, 'sticky');
      mkdirSync(shared);
      chmodSync(shared, 0o1777);
      execFileSync('cp', ['-a', home.vault, join(shared, 'vault')]);
      const { stdout } = await home.ok(['list', '--credentials'], {
        env: { CCVAULT_HOME: join(shared, 'vault') },
      });
      assert.equal(stdout, 'dev\n');
    });
  });
}

/** Names, owners, modes, sizes and the times of the last change. */
function everythingBelow(folder: string): string {
  return execFileSync('find', [folder, '-printf', '%p %U %m %s %T@ %l\n'], { encoding: 'utf8' });
}
