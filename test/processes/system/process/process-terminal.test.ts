import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../../../support/pty.ts';
import { requires } from '../../../support/requires.ts';
import { compileDriver, NODE_DRIVER } from '../../../support/system-builds.ts';

const skip = process.platform === 'linux' ? requires('tmux', 'bash') : 'the driver is built for Linux';
const folder = mkdtempSync(join(tmpdir(), 'ccvault-terminal-'));
const socket = join(folder, 'tmux');
const prefix = { become: '', run: '', node: [...NODE_DRIVER.map(quote), 'run'].join(' ') };

before(() => {
  const driver = compileDriver(folder);
  prefix.become = `${quote(driver)} become`;
  prefix.run = `${quote(driver)} run`;
  writeFileSync(join(folder, 'rc'), `PS1='prompt> '\n`);
  // Says what reaches it. A trap ends `read`, so its failure is not the end.
  writeFileSync(
    join(folder, 'listen.sh'),
    `trap 'echo got-int' INT\necho ready\nwhile :; do\n  read line || continue\n  echo "line $line"\n  [ "$line" = three ] && exit 3\ndone\n`,
  );
});

after(() => {
  spawnSync('tmux', ['-S', socket, 'kill-server']);
  rmSync(folder, { recursive: true, force: true });
});

function tmux(...arguments_: readonly string[]): string {
  return execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...arguments_], { encoding: 'utf8' });
}

/** Waits for the terminal to show it; the runner's own time limit is the end of patience. */
async function shows(session: string, pattern: RegExp): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const screen = tmux('capture-pane', '-p', '-t', session);
    if (pattern.test(screen)) return screen;
    if (attempt === 200) assert.match(screen, pattern);
    await sleep(50);
  }
}

describe('on a terminal', { skip }, () => {
  for (const build of ['become', 'run', 'node'] as const) {
    it(`Ctrl-C arrives once, Ctrl-Z stops and fg goes on: ${build}`, { timeout: 60_000 }, async () => {
      tmux(
        'new-session',
        '-d',
        '-s',
        build,
        '-x',
        '100',
        '-y',
        '40',
        `bash --rcfile ${quote(join(folder, 'rc'))} -i`,
      );
      const type = (...keys: readonly string[]): string => tmux('send-keys', '-t', build, ...keys);
      await shows(build, /^prompt>/m);
      type(`${prefix[build]} sh ${quote(join(folder, 'listen.sh'))}; echo code $?`, 'Enter');
      await shows(build, /^ready/m);
      type('C-c');
      await shows(build, /got-int/);
      type('one', 'Enter');
      await shows(build, /line one/);
      type('C-z');
      await shows(build, /Stopped/);
      type('fg; echo code $?', 'Enter');
      await shows(build, /fg; echo code/);
      type('two', 'Enter');
      await shows(build, /line two/);
      type('three', 'Enter');
      const screen = await shows(build, /code 3/);
      assert.equal(screen.match(/got-int/g)?.length, 1);
    });
  }
});
