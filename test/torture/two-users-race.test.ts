// Another user who may write where the vault is, or is to be: links, folders and files of theirs come and go there while
// commands run. Nothing of this user's is written through them, and what was "stored" is there afterwards.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import type { Ended } from '../support/home.ts';
import { createLightVault } from '../support/light-vault.ts';
import { quote } from '../support/pty.ts';
import { requires } from '../support/requires.ts';
import { CRASH } from './crash.ts';
import { partOf, PERCENT } from './extent.ts';
import { Figures } from './figures.ts';

const STRANGER = 61_234;
const LETTER = 'dear friend\n';
const figures = new Figures('two users, racing');
const skip = process.getuid?.() === 0 ? requires('sh', 'ln') : 'only root may become another user';
const rounds = PERCENT === undefined ? 2 : partOf(10);

for (const build of PERCENT === undefined ? BUILDS.filter((name) => name === 'standalone') : BUILDS) {
  describe(`${build} and another user at the same place`, { skip, timeout: 900_000 }, () => {
    it('who takes the place of a vault that is still to be', async () => {
      await raced(build, 0o1777, placeTaker, async ({ home, vault, env }) => {
        const added = await home.run(['add', 'dev', '--stdin', '--no-verify', '--no-config'], {
          env,
          input: home.keyJson(),
        });
        assertNamed(added, vault);
        if (added.code === 0) {
          const { uid, mode } = lstatSync(vault);
          assert.deepEqual([uid, mode & 0o7777], [process.getuid?.(), 0o700]);
          const { stdout } = await home.ok(['export', 'dev', '-n', '--format', 'json'], { env });
          assert.ok(stdout.includes(home.user.secretAccessKey));
        }
        return removeOwn(vault);
      });
    });

    it('who plants links in a folder that was left open', async () => {
      await raced(build, 0o755, linkPlanter, async ({ home, vault, env }) => {
        mkdirSync(vault, { mode: 0o700, recursive: true });
        await createLightVault(vault, home.passphrase);
        chmodSync(vault, 0o777);
        for (const args of [
          ['add', 'dev', '--stdin', '--no-verify'],
          ['export', 'dev', '-n'],
          ['list'],
          ['clear'],
          ['remove', 'dev', '-f'],
        ])
          assertNamed(
            await home.run(args, { env, ...(args[0] === 'add' ? { input: home.keyJson() } : {}) }),
            vault,
          );
        rmSync(vault, { recursive: true, force: true });
      });
    });
  });
}
figures.tell();

interface Race {
  readonly home: Home;
  readonly vault: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Rounds of `round` while the stranger's script runs; what this user has elsewhere stays as it is. */
async function raced(
  build: (typeof BUILDS)[number],
  mode: number,
  script: (vault: string, precious: string) => string,
  round: (race: Race) => unknown,
): Promise<void> {
  const home = await Home.create({ build });
  const shared = join(home.root, 'shared');
  const precious = join(home.root, 'precious');
  const vault = join(shared, 'vault');
  try {
    for (const folder of [shared, precious]) mkdirSync(folder);
    for (const [folder, of] of [
      [home.root, 0o755],
      [shared, mode],
      [precious, 0o755],
    ] as const)
      chmodSync(folder, of);
    writeFileSync(join(precious, 'letter'), LETTER, { mode: 0o600 });
    const running = join(home.root, 'running');
    writeFileSync(running, '');
    const loop = `while test -e ${quote(running)}; do { ${script(vault, precious)}; } >/dev/null 2>&1; done`;
    const stranger = spawn('sh', ['-c', loop], { uid: STRANGER, gid: STRANGER, stdio: 'ignore' });
    const closed = once(stranger, 'close');
    try {
      for (let left = rounds; left > 0; left -= 1) {
        await round({ home, vault, env: { CCVAULT_HOME: vault, CCVAULT_UNLOCK_TTL: '0' } });
        figures.count('cases');
        assert.deepEqual(readdirSync(precious), ['letter']);
        assert.equal(readFileSync(join(precious, 'letter'), 'utf8'), LETTER);
      }
    } finally {
      rmSync(running);
      await closed;
    }
  } finally {
    await home.end();
  }
}

/** It worked, or it failed without a crash, with a reason that names something of the vault. */
function assertNamed({ code, stderr }: Ended, vault: string): void {
  assert.doesNotMatch(stderr, CRASH);
  if (code !== 0)
    assert.ok([3, 5].includes(code) && (stderr.includes(vault) || code === 3), `${code}: ${stderr}`);
}

/** The stranger's things are the stranger's to remove. */
function removeOwn(vault: string): void {
  if (existsSync(vault) && lstatSync(vault).uid === process.getuid?.())
    rmSync(vault, { recursive: true, force: true });
}

function placeTaker(vault: string, precious: string): string {
  const [path, target] = [quote(vault), quote(precious)];
  return `ln -s ${target} ${path}; rm -f ${path}; mkdir -m 777 ${path} && ln -s ${target}/letter ${path}/index.json; rm -rf ${path}`;
}

function linkPlanter(vault: string, precious: string): string {
  const [path, letter] = [quote(vault), `${quote(precious)}/letter`];
  const names = 'vault.age vault.age.new vault.age.bak index.json history.json sessions locks';
  return `for name in ${names}; do ln -s ${letter} ${path}/$name; mv -T ${path}/$name ${path}/$name.old; ln -s ${letter} ${path}/$name; rm -rf ${path}/$name ${path}/$name.old; done`;
}
