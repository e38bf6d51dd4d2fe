// Secrets of sign-ins, and what stands in the kernel: where they must not be, and what is left after each command that
// takes something away. canaries.test.ts has the same for keys, codes and the passphrase.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { filesBelow, Home } from '../support/home.ts';
import type { Ended } from '../support/home.ts';
import { Pty } from '../support/pty.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced } from '../support/strace.ts';

const START_URL = 'https://example.awsapps.com/start';

for (const build of BUILDS) {
  describe(`${build}: a secret`, { skip: requires('strace', 'script') }, () => {
    let home: Home;
    let trace: string;
    const ended: { readonly name: string; readonly result: Ended }[] = [];
    /** Arguments and environment of every program that was started, but for the command itself. */
    const started: string[] = [];
    let screen = '';

    /** The calls of a run, with whole environments; the first is the person's own. */
    const under = (): readonly string[] => straced(trace, 'execve', '-v', '-s', '65536');
    function collectStarted(): void {
      const [, ...ours] = readCalls(trace);
      started.push(...ours.filter(({ args }) => !args.includes('"/bin/true"]')).map(({ args }) => args));
    }

    async function run(...args: readonly string[]): Promise<Ended> {
      const result = await home.run(['--debug', ...args], { under: under() });
      collectStarted();
      ended.push({ name: args.join(' '), result });
      return result;
    }

    before(async () => {
      home = await Home.create({ build });
      trace = join(home.root, 'trace');
      home.aws.world.sso.addInstance({
        startUrl: START_URL,
        region: 'eu-west-1',
        assignments: [{ account: '111122223333', role: 'Admin' }],
      });
      home.configure(
        `[profile admin]\nsso_session = work\nsso_account_id = 111122223333\nsso_role_name = Admin\nregion = eu-west-1
[sso-session work]\nsso_start_url = ${START_URL}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`,
      );

      const terminal = Pty.spawn('strace', [...under().slice(1), 'ccvault', '--debug', 'refresh', 'admin'], {
        env: { ...home.env, ...home.browser() },
        cwd: home.cwd,
      });
      assert.equal(await terminal.wait(60_000), 0, terminal.text);
      screen = terminal.text;
      collectStarted();

      for (const args of [
        ['exec', 'admin', '--', '/bin/true'],
        ['exec', 'admin', '--fresh', '--', '/bin/true'],
        ['whoami', 'admin'],
        ['explain', 'admin', '--json'],
        ['list', '--json'],
      ]) {
        const result = await run(...args);
        assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
      }
      // The token is renewed, then refused, then AWS is not itself.
      home.aws.advance(70 * 60_000);
      await run('exec', 'admin', '--fresh', '--', '/bin/true');
      home.aws.world.sso.revoke(false);
      await run('exec', 'admin', '--fresh', '--', '/bin/true');
      home.aws.world.sso.revoke(true);
      await run('exec', 'admin', '--fresh', '--', '/bin/true');
      home.aws.proxy.mode = { kind: 'captive', status: 200 };
      await run('exec', 'admin', '--fresh', '--', '/bin/true');
      home.aws.proxy.mode = { kind: 'pass' };
    });

    after(() => home.end());

    function secrets(): readonly string[] {
      const { sso, sessions } = home.aws.world;
      return [
        ...sso.accessTokens.keys(),
        ...sso.refreshTokens.keys(),
        ...sso.codes.keys(),
        ...[...sso.clients.values()].map(({ secret }) => secret),
        ...sessions.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
      ];
    }

    const countIn = (text: string): number =>
      secrets().filter((secret) =>
        [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')].some((form) =>
          text.includes(form),
        ),
      ).length;

    it('of a sign-in is one of several that were at stake', () => {
      assert.ok(secrets().length >= 5);
      assert.ok(
        started.some((args) => args.includes('/browser')),
        'the browser was traced',
      );
      assert.ok(
        started.every((args) => !args.includes('/* ')),
        'environments are whole',
      );
    });

    it('of a sign-in is on no output that was not asked for it', () => {
      assert.equal(countIn(screen), 0, screen);
      for (const { name, result } of ended) assert.equal(countIn(result.stdout + result.stderr), 0, name);
    });

    it('of a sign-in is in no argument and no environment of a program that is started', () => {
      for (const text of started) assert.equal(countIn(text), 0, text.slice(0, 200));
    });

    it('of a sign-in is in no file in the clear', () => {
      const files = filesBelow(home.root).filter((file) => file !== trace);
      for (const file of files) assert.equal(countIn(readFileSync(file, 'latin1')), 0, file);
    });

    it('of a sign-in is gone with clear', async () => {
      assert.ok(filesBelow(join(home.vault, 'sessions')).length > 0);
      assert.equal((await run('clear')).code, 0);
      assert.deepEqual(filesBelow(join(home.vault, 'sessions')), []);
    });
  });
}

describe('what stands in the kernel', { skip: noKernelKeyring() }, () => {
  for (const command of [
    ['lock'],
    ['clear'],
    ['remove', 'dev', '-f'],
    ['rotate', 'dev'],
    ['clear', 'prod'],
  ]) {
    it(`leaves the kernel with ${command.join(' ')}`, async (t) => {
      const home = await Home.warm({ build: 'standalone' });
      t.after(() => home.end());
      if (!(await home.isUnlocked())) return t.skip('the kernel takes no key here');
      for (let count = 0; count < 2; count++) await home.ok(['exec', 'prod', '--', '/bin/true']);
      await home.ok(['exec', 'dev', '-n', '--', '/bin/true']);
      const held = secretsOf(home);
      home.aws.advance(60_000);
      const token = command[0] === 'rotate' ? ['--mfa-token', home.user.totp()] : [];
      await home.ok([...command, ...token]);
      const left = contentsOfKernel().filter((content) => held.some((secret) => content.includes(secret)));
      assert.equal(left.length, 0, 'the kernel still holds a secret');
      if (command.length > 1) return;
      assert.ok(
        !kernelKeys().some(({ name }) => name === `ccvault:${vaultId(home)}`),
        'the session key is there',
      );
    });
  }
});

function secretsOf(home: Home): readonly string[] {
  const { users, sessions } = home.aws.world;
  return [
    ...users.flatMap(({ keys }) => keys).map(({ secret }) => secret),
    ...sessions.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
  ];
}

function vaultId(home: Home): string {
  const index = JSON.parse(readFileSync(join(home.vault, 'index.json'), 'utf8')) as { vaultId: string };
  return index.vaultId;
}

/** The keys of ccvault in this user's keyring, and of no other program. */
function kernelKeys(): readonly { readonly id: string; readonly name: string }[] {
  return readFileSync('/proc/keys', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, id, name] = /^([0-9a-f]+) .*\buser +(ccvault:[^ ]*): \d+/.exec(line.trim()) ?? [];
      return id === undefined || name === undefined ? [] : [{ id: `0x${id}`, name }];
    });
}

function contentsOfKernel(): readonly string[] {
  return kernelKeys().map(({ id }) => spawnSync('keyctl', ['pipe', id], { encoding: 'latin1' }).stdout);
}

function noKernelKeyring(): false | string {
  if (process.platform !== 'linux' || !existsSync('/proc/keys')) return 'no kernel keyring here';
  return requires('keyctl');
}
