// A cached session asks nobody, and the command that gets it is all that is left.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Home, until } from '../support/home.ts';
import { cannotLeaveNetwork, NO_NETWORK } from '../support/namespaces.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced, stringsIn } from '../support/strace.ts';

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';

// What the runtime, its libraries and the child open by themselves.
const SYSTEM_PATH = /^\/(?:etc|proc|sys|dev|lib|lib64|usr)\//;

let home: Home;

before(async () => {
  home = await Home.warm();
});

after(() => home.end());

const trace = (): string => join(home.root, 'trace');

describe('a cached session', () => {
  const commands = [
    ['exec', ['exec', 'prod', '--', 'true'], ''],
    ['export', ['export', 'prod'], ''],
    ['credential-helper', ['credential-helper', '--profile', 'prod', 'get'], GET],
  ] as const;

  for (const [name, args, input] of commands) {
    it(
      `lets ${name} open the config, the index and one session, and write no more than that it was used, where no answer stands ready`,
      {
        skip: requires('strace'),
      },
      async (t) => {
        if (!(await home.isUnlocked())) return t.skip('no kernel keyring here');
        const under = straced(trace(), '%file,%network');
        // A variable that counts makes it a question that nobody has asked before.
        await home.ok(args, { input, under, env: { CCVAULT_ASKED_BY: name } });
        const calls = readCalls(trace());
        // socketpair(2) and what goes over inherited descriptors reaches nobody outside.
        const network = calls.filter((call) => ['socket', 'connect', 'sendto', 'bind'].includes(call.name));
        assert.deepEqual(network, []);

        const opened = calls.filter((call) => call.name.startsWith('open'));
        const ours = opened.filter((call) => !stringsIn(call).some((path) => SYSTEM_PATH.test(path)));
        const history = name === 'credential-helper' ? [] : ['the history of uses'];
        // A credentials file that is not there is looked for, and not opened.
        assert.deepEqual([...new Set(ours.flatMap(stringsIn).map(kindOf))].sort(), [
          'a session',
          'the config file',
          ...history,
          'the index',
        ]);
        assert.deepEqual(
          [
            ...new Set(
              opened
                .filter((call) => /O_WRONLY|O_RDWR|O_CREAT/.test(call.args))
                .flatMap(stringsIn)
                .map(kindOf),
            ),
          ],
          history,
        );
      },
    );
  }

  it('loads the npm build in a few files', { skip: requires('strace') }, async () => {
    const npm = await Home.warm({ build: 'npm' });
    try {
      const file = join(npm.root, 'trace');
      await npm.ok(['export', 'prod'], { under: straced(file, 'openat,open') });
      const opened = readCalls(file).flatMap(stringsIn);
      const code = new Set(opened.filter((path) => path.endsWith('.mjs')));
      // What every run loads, the cached session's part, the key store, the vault file's cipher, the bundler's own.
      assert.ok(code.size >= 2 && code.size <= 8, [...code].join('\n'));
    } finally {
      await npm.end();
    }
  });

  it('needs no network at all', { skip: cannotLeaveNetwork() }, async () => {
    home.aws.calls.clear();
    const { stdout } = await home.ok(['exec', 'prod', '--', 'sh', '-c', 'echo $AWS_VAULT'], {
      under: NO_NETWORK,
    });
    assert.equal(stdout, 'prod\n');
    assert.deepEqual(home.aws.calls.operations(), []);
  });

  it('needs no passphrase', async (t) => {
    if (!(await home.isUnlocked())) return t.skip('no kernel keyring here');
    await home.ok(['exec', 'prod', '--', 'true'], { env: { CCVAULT_PASSPHRASE: 'wrong' } });
    await home.ok(['lock']);
    const locked = await home.run(['export', 'prod'], { env: { CCVAULT_PASSPHRASE: 'wrong' } });
    assert.equal(locked.code, 5);
    await home.ok(['export', 'prod']);
  });
});

describe('exec', () => {
  it('becomes the command: same process id, nothing of ccvault left', async () => {
    const script = 'echo $$; readlink /proc/$$/exe; echo ready; read line';
    const { child, ended } = home.start(['ccvault', 'exec', 'prod', '--', 'sh', '-c', script]);
    const { stdout } = await ended;
    const [pid, exe] = stdout.split('\n');
    assert.equal(Number(pid), child.pid);
    assert.equal(exe, realpathSync('/bin/sh'));
  });

  it('leaves no process behind while the command runs', async () => {
    const running = home.start(['ccvault', 'exec', 'prod', '--', 'sleep', '30']);
    const plain = home.start(['/bin/sleep', '30'], { env: { CCVAULT_HOME: '' } });
    try {
      const pid = running.child.pid ?? 0;
      await until(() => readlinkSync(`/proc/${pid}/exe`).endsWith('/sleep') || coreutils(pid));
      // The kernel shows the new program before it shows its environment.
      await until(() => processesOf(home.vault).length > 0);
      assert.deepEqual(processesOf(home.vault), [pid]);
      assert.deepEqual(readdirSync(`/proc/${pid}/task`), [String(pid)]);
      assert.deepEqual(readdirSync(`/proc/${pid}/fd`), readdirSync(`/proc/${plain.child.pid}/fd`));
    } finally {
      for (const one of [running, plain]) {
        one.child.kill('SIGKILL');
        await one.ended;
      }
    }
  });
});

/** Where one program is all of coreutils, its argv tells which. */
function coreutils(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\0');
}

/** Processes whose environment names this vault. */
function processesOf(vault: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`CCVAULT_HOME=${vault}\0`);
      } catch {
        return false;
      }
    });
}

function kindOf(path: string): string {
  if (path === join(home.home, '.aws/config')) return 'the config file';
  if (path === join(home.home, '.aws/credentials')) return 'the credentials file';
  if (path === join(home.vault, 'index.json')) return 'the index';
  if (path.startsWith(join(home.vault, 'sessions/'))) return 'a session';
  if (path === home.vault || /\/(?:history\.json|\.ccvault-(?:history\.json-)?[0-9a-f]+\.tmp)$/.test(path))
    return 'the history of uses';
  return path;
}
