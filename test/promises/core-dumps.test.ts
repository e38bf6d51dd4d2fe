// A crash leaves no core file with secrets in it, and the command that is started gets the limit that we got.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Home, until } from '../support/home.ts';

const hard = execFileSync('sh', ['-c', 'ulimit -H -c'], { encoding: 'utf8' }).trim();
const skip = process.platform !== 'linux' || hard === '0' ? 'no core files here' : false;

describe('core files', { skip, timeout: 60_000 }, () => {
  let home: Home;

  before(async () => {
    home = await Home.warm();
  });
  after(() => home.end());

  /** A command with room for core files of any size. */
  const roomy = (...command: readonly string[]): readonly string[] => [
    'sh',
    '-c',
    'ulimit -S -c "$(ulimit -H -c)"; exec "$@"',
    'sh',
    ...command,
  ];

  function softLimit(pid: string): string {
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    return /Max core file size +(\S+)/.exec(limits)?.[1] ?? '';
  }

  for (const command of [
    ['exec', 'prod', '--'],
    ['exec', 'prod', '--server', '--'],
    ['exec', 'dev', '-n', '--'],
  ]) {
    it(`the command gets the limit of our parent: ${command.join(' ')}`, async () => {
      const { stdout } = await home.start(roomy('ccvault', ...command, 'sh', '-c', 'ulimit -c; ulimit -H -c'))
        .ended;
      assert.equal(stdout, `${hard}\n${hard}\n`);
    });
  }

  it('where files are forbidden already, a dump is not piped either, and the command gets the limit of our parent', async () => {
    const forbidding = ['sh', '-c', 'ulimit -S -c 0; exec "$@"', 'sh'];
    // As above, it takes a moment; else the test's time is up.
    const script =
      "until grep -q '^Max core file size *1 ' /proc/$PPID/limits; do sleep 0.1; done; ulimit -S -c";
    const args = ['ccvault', 'exec', 'prod', '--server', '--', 'sh', '-c', script];
    const { stdout } = await home.start([...forbidding, ...args]).ended;
    assert.equal(stdout, '0\n');
  });

  // Not QUIT, which is relayed: it ends the command, whose core file is its own affair.
  for (const signal of ['ABRT', 'SEGV', 'TRAP']) {
    it(`a crash while it holds secrets leaves none: ${signal}`, async () => {
      const note = join(home.root, `note-${signal}`);
      const script = `echo $PPID > '${note}.new'; mv '${note}.new' '${note}'; exec sleep 30`;
      const running = home.start(roomy('ccvault', 'exec', 'prod', '--server', '--', 'sh', '-c', script));
      await until(() => existsSync(note));
      const pid = readFileSync(note, 'utf8').trim();
      // The limit is the parent's for the moment in which the command is started. One byte: with 0 a dump would be piped.
      await until(() => softLimit(pid) === '1');
      execFileSync('kill', [`-${signal}`, pid]);
      await until(() => !existsSync(`/proc/${pid}`) || running.child.exitCode !== null);
      assert.deepEqual(
        readdirSync(home.cwd).filter((name) => name.startsWith('core')),
        [],
      );
      running.child.kill('SIGKILL');
    });
  }
});
