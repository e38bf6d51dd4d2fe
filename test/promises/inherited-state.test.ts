// Whatever state a parent leaves, the program behaves the same: ignored and blocked signals, no HOME and no user.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home, until } from '../support/home.ts';
import type { RunOptions } from '../support/home.ts';
import { quote } from '../support/pty.ts';
import { requires } from '../support/requires.ts';

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';
// Ignores or blocks a signal by its number and becomes the rest of its arguments.
const PARENT = String.raw`
use Config; use POSIX ':signal_h';
my ($how, $signal, @command) = @ARGV;
if ($how eq 'ignored') { $SIG{(split ' ', $Config{sig_name})[$signal]} = 'IGNORE' }
else { sigprocmask(SIG_BLOCK, POSIX::SigSet->new($signal)) }
exec @command or die $!;
`;

const SIGCHLD = 17;
// SIGKILL and SIGSTOP cannot be ignored.
const ALL = Array.from({ length: 31 }, (_, index) => index + 1).filter((one) => one !== 9 && one !== 19);
// What the runtimes take for themselves before any line of ours runs, or a child gets at its default.
const NOT_KEPT = new Set([4, 5, 6, 7, 8, 11, 13, 25, 30, 31]);

for (const build of BUILDS) {
  describe(`${build}: signals that the parent ignores or blocks`, { skip: requires('perl') }, () => {
    let home: Home;

    const under = (how: string, signal: number): RunOptions => ({
      under: ['perl', '-e', PARENT, how, String(signal)],
    });

    before(async () => {
      home = await Home.withKey({ build });
      const answer = join(home.root, 'answer.json');
      writeFileSync(
        answer,
        JSON.stringify({
          Version: 1,
          AccessKeyId: 'ASIAEXAMPLEPROCESS01',
          SecretAccessKey: 'made-up',
          SessionToken: 'made-up',
          Expiration: '2099-01-01T00:00:00Z',
        }),
      );
      home.configure(`[profile process]\ncredential_process = cat ${quote(answer)}\nregion = eu-west-1\n
[profile asking]\nrole_arn = ${home.role.arn}\nsource_profile = dev\nmfa_serial = ${home.user.mfaSerial}
mfa_process = ${home.countingMfaProcess()}\nregion = eu-west-1\n
[profile token]\nrole_arn = ${home.role.arn}\nweb_identity_token_process = echo not-a-token; exit 5\nregion = eu-west-1\n`);
      mkdirSync(join(home.home, '.password-store'));
    });

    after(() => home.end());

    for (const how of ['ignored', 'blocked']) {
      it(`SIGCHLD ${how}: every program that is started is heard`, async () => {
        const given = under(how, SIGCHLD);
        const seven = ['--', 'sh', '-c', 'exit 7'];
        assert.deepEqual(await home.run(['exec', '--server', 'process', ...seven], given), {
          code: 7,
          stdout: '',
          stderr: '',
        });
        assert.equal((await home.run(['exec', 'process', ...seven], given)).code, 7);
        assert.match((await home.run(['export', 'process'], given)).stdout, /ASIAEXAMPLEPROCESS01/);
        await home.run(['lock']);
        const command = {
          CCVAULT_PASSPHRASE: undefined,
          CCVAULT_PASSPHRASE_COMMAND: `echo ${home.passphrase}`,
        };
        const asked = await home.run(['exec', '--fresh', 'asking', ...seven], { ...given, env: command });
        assert.deepEqual([asked.code, asked.stderr], [7, '']);
        const token = await home.run(['export', 'token'], given);
        assert.match(token.stderr, /exited with code 5/);
        const pass = await home.run(['list'], { ...given, env: { CCVAULT_BACKEND: 'pass' } });
        assert.notEqual(pass.stderr + pass.stdout, '');
        const browser = await home.run(['login', '--browser', 'false', 'process'], given);
        assert.match(browser.stdout + browser.stderr, /the browser false could not be started|error/);
        const helper = await home.run(['credential-helper', '--profile', 'process', 'get'], {
          ...given,
          input: GET,
        });
        assert.match(helper.stdout, /^username=ASIAEXAMPLEPROCESS01/);
        const setup = await home.run(['git', 'setup', '--global'], given);
        assert.equal(setup.code, 0, setup.stderr);
      });

      it(`any signal ${how}: the command runs, and inherits it in the standalone build`, async () => {
        for (const signal of build === 'npm' ? [1, 2, 10, 15, SIGCHLD] : ALL) {
          for (const server of [[], ['--server']]) {
            const look = [
              'exec',
              ...server,
              'process',
              '--',
              'grep',
              '-E',
              '^Sig(Blk|Ign)',
              '/proc/self/status',
            ];
            const { code, stdout } = await home.run(look, under(how, signal));
            const label = how === 'ignored' ? 'SigIgn' : 'SigBlk';
            assert.equal(code, 0, `signal ${signal}`);
            if (build === 'npm' || NOT_KEPT.has(signal)) continue;
            const mask = BigInt(`0x${new RegExp(`^${label}:\\s+(\\w+)$`, 'm').exec(stdout)?.[1] ?? '0'}`);
            assert.ok(mask & (1n << BigInt(signal - 1)), `signal ${signal} is not ${how} in the command`);
          }
        }
      });
    }
  });

  describe(
    `${build}: signals that are to have no effect`,
    { skip: requires('perl', 'prlimit', 'git') },
    () => {
      let home: Home;

      before(async () => {
        home = await Home.warm({ build });
      });

      after(() => home.end());

      it('a file that cannot be that long is an error, after git has been run as well', async () => {
        spawnSync('git', ['init', '-q', home.cwd]);
        const { code, stderr } = await home.run(['git', 'setup'], { under: ['prlimit', '--fsize=0'] });
        assert.match(stderr, /^ccvault: error: .*config.*too large/m);
        assert.ok(code < 128, stderr);
      });

      it('a server that is started with nohup outlives the terminal', { skip: build === 'npm' }, async () => {
        const server = home.start(['ccvault', 'serve', 'prod'], {
          under: ['perl', '-e', PARENT, 'ignored', '1'],
        });
        await until(() => /listening|serving/i.test(server.said()));
        server.child.kill('SIGHUP');
        server.child.kill('SIGTERM');
        assert.equal((await server.ended).code, 143);
      });
    },
  );

  describe(`${build}: a user nobody has, and no HOME`, { skip: cannotMapUsers() }, () => {
    let home: Home;

    before(async () => {
      home = await Home.create({ build });
      home.configure(
        '',
        'aws_access_key_id = ASIAEXAMPLENOHOME001\naws_secret_access_key = made-up\naws_session_token = made-up\n',
      );
    });

    after(() => home.end());

    const run = (args: readonly string[], env: RunOptions['env'] = {}, input = ''): ReturnType<Home['run']> =>
      home.run(args, {
        under: ['unshare', '-U', '--map-user=54321'],
        input,
        env: { HOME: undefined, USER: undefined, CCVAULT_HOME: undefined, ...env },
      });

    it('what needs no home works', async () => {
      assert.match((await run(['--version'])).stdout, /^ccvault \d/);
      assert.match((await run(['--help'])).stdout, /^Usage: ccvault/);
      assert.match((await run(['exec', '--help'])).stdout, /^Usage: ccvault exec/);
      assert.deepEqual(await run(['credential-helper', 'store'], {}, GET), {
        code: 0,
        stdout: '',
        stderr: '',
      });
      const other = GET.replace('git-codecommit.eu-west-1.amazonaws.com', 'example.org');
      assert.deepEqual(await run(['credential-helper', 'get'], {}, other), {
        code: 0,
        stdout: '',
        stderr: '',
      });
    });

    it('the commands work where the paths are named', async () => {
      const named = { CCVAULT_HOME: home.vault, AWS_CONFIG_FILE: home.config };
      assert.equal((await run(['exec', 'dev', '--', 'sh', '-c', 'exit 7'], named)).code, 7);
      assert.match((await run(['export', 'dev'], named)).stdout, /ASIAEXAMPLENOHOME001/);
      const helper = await run(['credential-helper', '--profile', 'dev', 'get'], named, GET);
      assert.match(helper.stdout, /^username=ASIAEXAMPLENOHOME001/);
      for (const args of [['list', '--json'], ['explain', 'dev', '--json'], ['doctor', '--json'], ['lock']]) {
        const { stdout, stderr } = await run(args, named);
        assert.doesNotMatch(stderr, /error|^\s+at /m, args.join(' '));
        if (args.includes('--json')) assert.doesNotThrow(() => JSON.parse(stdout), args.join(' '));
      }
    });

    it('what needs one is an error like any other, and names HOME', async () => {
      const vault = { CCVAULT_HOME: home.vault };
      const cases: readonly (readonly [readonly string[], RunOptions['env'], number, string])[] = [
        [['exec', 'dev', '--', 'true'], {}, 125, ''],
        [['exec', 'dev', '--', 'true'], vault, 125, ''],
        [['export', 'dev'], { AWS_CONFIG_FILE: home.config }, 3, ''],
        [['export', 'dev'], { ...vault, AWS_CONFIG_FILE: '~/config' }, 3, ''],
        [['list'], {}, 3, ''],
        [['git', 'setup', '--global'], vault, 3, ''],
        [['credential-helper', 'get'], {}, 0, 'quit=1\n'],
        [['credential-helper', '--profile', 'dev', 'get'], vault, 0, 'quit=1\n'],
      ];
      for (const [args, env, code, stdout] of cases) {
        const ended = await run(args, env, GET);
        assert.deepEqual([ended.code, ended.stdout], [code, stdout], args.join(' '));
        assert.match(ended.stderr, /^ccvault: error: HOME is not set, and .+\nccvault: hint: set HOME.*\n$/);
      }
    });
  });
}

for (const build of BUILDS) {
  it(`${build}: SIGUSR1 ends the program and opens no debugger`, async () => {
    const home = await Home.create({ build });
    try {
      const started = join(home.root, 'started');
      const slow = join(home.root, 'slow');
      writeFileSync(slow, `#!/bin/sh\n: > '${started}'\nexec sleep 1\n`, { mode: 0o755 });
      home.configure(`[profile slow]\ncredential_process = ${quote(slow)}\n`);
      const { child, ended } = home.start(['ccvault', 'export', 'slow']);
      await until(() => existsSync(started));
      child.kill('SIGUSR1');
      assert.deepEqual(await ended, { code: 138, stdout: '', stderr: '' });
    } finally {
      await home.end();
    }
  });
}

function cannotMapUsers(): false | string {
  const mapped = spawnSync('unshare', ['-U', '--map-user=54321', 'true']).status === 0;
  return mapped ? false : 'no user namespaces here';
}
