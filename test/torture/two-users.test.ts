// Another user of the machine, who looks all the time while each command runs: nothing of the vault is theirs to read or
// to write, whatever the umask. A user is a number to the kernel; no account is made.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { filesBelow } from '../support/home.ts';
import { quote } from '../support/pty.ts';
import { requires } from '../support/requires.ts';
import { COMMANDS } from './commands.ts';
import { PERCENT } from './extent.ts';
import { Figures } from './figures.ts';
import { Stage } from './stage.ts';

const STRANGER = 61_234;
const ANY_UMASK = ['sh', '-c', 'umask 000; exec "$@"', 'sh'];
const NAMES = [
  'vault.age',
  'vault.age.new',
  'vault.age.bak',
  'index.json',
  'history.json',
  'sessions',
  'locks',
];

const figures = new Figures('two users');
const skip = process.getuid?.() === 0 ? requires('sh', 'find') : 'only root may become another user';

for (const build of PERCENT === undefined ? (['standalone'] as const) : BUILDS) {
  describe(`${build} beside another user`, { skip }, () => {
    for (const row of COMMANDS.filter(({ share }) => PERCENT !== undefined || share === undefined)) {
      it(`${row.name}: they read and write nothing`, async () => {
        const stage = await Stage.open(build);
        try {
          await row.begin(stage);
          // What is above the vault lets everybody in, so that only ccvault's own modes keep them out.
          for (const folder of [stage.home.root, stage.home.home]) chmodSync(folder, 0o755);
          chmodSync(join(stage.home.root, 'tmp'), 0o777);
          const watcher = watch(stage);
          await watcher.looked();
          const { code, stderr } = await row.run(stage, ANY_UMASK);
          await watcher.looked();
          assert.equal(code, 0, stderr);
          assert.deepEqual(await watcher.end(), []);
          const strangers = filesBelow(stage.home.vault).filter((path) => readsAsStranger(path));
          assert.deepEqual(strangers, []);
          figures.count('cases');
        } finally {
          await stage.end();
        }
      });
    }
  });
}
figures.tell();

/** The other user's shell, which tries everything again and again. */
function watch({ home }: Stage): { looked(): Promise<void>; end(): Promise<readonly string[]> } {
  const open = join(home.root, 'open');
  writeFileSync(open, 'for everybody\n', { mode: 0o644 });
  const vault = quote(home.vault);
  const script = `
    while cat ${quote(open)} >/dev/null 2>&1; do
      ls ${vault} >/dev/null 2>&1 && echo 'listed the vault'
      for name in ${NAMES.join(' ')}; do
        cat ${vault}/$name >/dev/null 2>&1 && echo "read $name"
        (: >>${vault}/$name) 2>/dev/null && echo "wrote $name"
        ls ${vault}/$name >/dev/null 2>&1 && echo "found $name"
      done
      (: >${vault}/planted) 2>/dev/null && echo 'made a file'
      find ${quote(join(home.root, 'tmp'))} -type f -readable 2>/dev/null
      echo looked
    done`;
  const child = spawn('sh', ['-c', script], {
    uid: STRANGER,
    gid: STRANGER,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const rounds = (): number => text.split('looked\n').length - 1;
  return {
    /** One whole round has been made since. */
    async looked() {
      const enough = rounds() + 2;
      while (rounds() < enough) await once(child.stdout, 'data');
    },
    async end() {
      rmSync(open);
      await closed;
      return [...new Set(text.split('\n'))].filter((line) => line !== '' && line !== 'looked');
    },
  };
}

function readsAsStranger(path: string): boolean {
  process.setegid?.(STRANGER);
  process.seteuid?.(STRANGER);
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
