// Keys on their way into the vault, or from one backend to another, and a process that is killed: before each of its
// changes to files, and around each call of pass. Nothing is lost, and the same command finishes the work.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { UserHandle } from '../aws/world.ts';
import { Home } from '../support/home.ts';
import { createLightVault } from '../support/light-vault.ts';
import { findProgram, requires } from '../support/requires.ts';

// Killed at the beginning of one of these: so far and no further.
const CHANGES = ['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat'];

// The kernel would keep the session key of vaults that are copied and thrown away.
const QUIET = { CCVAULT_UNLOCK_TTL: '0', CCVAULT_BACKEND: undefined };

let home: Home;
let users: readonly UserHandle[];

before(async () => {
  home = await Home.create();
  users = ['alice', 'bob'].map((name) => home.aws.world.addUser({ account: '111122223333', name }));
});

after(() => home.end());

function plaintext(withKeys: boolean): string {
  const sections = users.map(({ user, accessKeyId, secretAccessKey }) => {
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`;
    return `; of ${user.name}\n[${user.name}]\n${withKeys ? keys : ''}region = eu-west-1\n`;
  });
  return `# mine\n${sections.join('\n')}`;
}

/** A vault without keys, and both keys in plain text. */
async function beginImport(): Promise<string> {
  rmSync(home.vault, { recursive: true, force: true });
  await createLightVault(home.vault, home.passphrase);
  const credentials = join(dirname(home.config), 'credentials');
  for (const name of readdirSync(dirname(credentials)))
    if (name.startsWith('.ccvault-')) rmSync(join(dirname(credentials), name));
  writeFileSync(credentials, plaintext(true), { mode: 0o600 });
  return credentials;
}

/** Every user's key is handed out, from wherever it is by now. */
async function assertNothingLost(
  where: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const { user, secretAccessKey } of users) {
    const { code, stdout, stderr } = await home.run(
      ['export', user.name, '--no-session', '--format', 'json'],
      { env },
    );
    assert.equal(code, 0, `${where}: ${user.name}: ${stderr}`);
    assert.ok(stdout.includes(secretAccessKey), `${where}: ${user.name} has another key`);
  }
}

/** Runs a command once in peace and counts the changes it makes, then kills it at each of them. */
async function killAtEveryChange(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  steps: { begin(): Promise<unknown>; check(where: string): Promise<void> },
): Promise<number> {
  const output = join(home.root, 'trace');
  const strace = ['strace', '-qq', '-o', output];
  await steps.begin();
  await home.ok(args, { env, under: [...strace, '-e', `trace=${CHANGES.join(',')}`] });
  const counts = new Map<string, number>();
  for (const [, name = ''] of readFileSync(output, 'utf8').matchAll(/^(\w+)\(/gm))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  let kills = 0;
  for (const [name, count] of counts) {
    for (let nth = 1; nth <= count; nth += 1) {
      const where = `killed at ${name} ${nth} of ${count}`;
      await steps.begin();
      const inject = `inject=${name}:signal=SIGKILL:when=${nth}`;
      const { code } = await home.run(args, { env, under: [...strace, '-e', `trace=${name}`, '-e', inject] });
      assert.equal(code, 137, where);
      kills += 1;
      await steps.check(where);
    }
  }
  return kills;
}

describe('import --scrub', () => {
  it(
    'killed at any change to a file, has each key somewhere and ends well when run again',
    {
      skip: requires('strace'),
    },
    async () => {
      const args = ['import', '--scrub'];
      const env = { ...QUIET, CCVAULT_BACKEND: 'file' };
      let credentials = '';
      const kills = await killAtEveryChange(args, env, {
        begin: async () => (credentials = await beginImport()),
        async check(where) {
          await assertNothingLost(where, env);
          await home.ok(['import', '--scrub'], { env });
          assert.equal(readFileSync(credentials, 'utf8'), plaintext(false), where);
          await assertNothingLost(where, env);
          for (const name of readdirSync(dirname(credentials))) {
            const text = readFileSync(join(dirname(credentials), name), 'utf8');
            assert.ok(
              users.every((user) => !text.includes(user.secretAccessKey)),
              `${where}: ${name}`,
            );
          }
        },
      });
      assert.ok(kills >= 8, String(kills));
    },
  );
});

describe('a move from the file to pass', { skip: requires('strace', 'pass', 'gpg') }, () => {
  const kept = (): string => join(home.root, 'vault-kept');
  const store = (): string => join(home.home, '.password-store');
  const calls = (): string => join(home.root, 'pass-calls');
  const args = ['--backend', 'pass', 'import', '--from', 'file'];
  let env: Readonly<Record<string, string | undefined>>;

  before(async () => {
    env = { ...QUIET, GNUPGHOME: join(home.root, 'g') };
    mkdirSync(join(home.root, 'g'), { mode: 0o700 });
    const quick = ['--batch', '--quiet', '--passphrase', '', '--quick-gen-key', 'k <k@example.invalid>'];
    for (const [program = '', ...rest] of [
      ['gpg', ...quick, 'future-default', 'default', 'never'],
      ['pass', 'init', 'k@example.invalid'],
    ]) {
      const { code, stderr } = await home.start([program, ...rest], { env }).ended;
      assert.equal(code, 0, stderr);
    }
    await beginImport();
    await home.ok(['import', '--scrub'], { env: { ...env, CCVAULT_BACKEND: 'file' } });
    await home.ok(['exec', 'alice', '--', 'true'], { env });
    cpSync(home.vault, kept(), { recursive: true });
    // Kills whoever calls it, before or after its work is done, when its time has come.
    const wrapper = `#!/bin/sh
echo call >>'${calls()}'
[ "$(wc -l <'${calls()}')" = "$KILL_AT" ] || exec '${findProgram('pass')}' "$@"
[ "$KILL_WHEN" = before ] || '${findProgram('pass')}' "$@" >/dev/null
kill -9 "$PPID"
`;
    writeFileSync(join(home.root, 'bin/pass'), wrapper, { mode: 0o755 });
  });

  after(() => home.start(['gpgconf', '--kill', 'all'], { env }).ended);

  async function begin(): Promise<void> {
    rmSync(home.vault, { recursive: true });
    cpSync(kept(), home.vault, { recursive: true });
    rmSync(join(store(), 'ccvault'), { recursive: true, force: true });
    rmSync(calls(), { force: true });
  }

  async function check(where: string): Promise<void> {
    await assertNothingLost(where, env);
    await home.ok(args, { env });
    await assertNothingLost(where, env);
    assert.match(readFileSync(join(home.vault, 'index.json'), 'utf8'), /"backend": "pass"/, where);
    assert.deepEqual(
      readdirSync(home.vault).filter((name) => name.startsWith('vault.age')),
      [],
      where,
    );
    home.aws.calls.clear();
    await home.ok(['exec', 'alice', '--', 'true'], { env });
    assert.equal(home.aws.calls.log.length, 0, `${where}: the session was lost`);
  }

  it('killed at any change to a file, loses nothing and ends well when run again', async () => {
    const kills = await killAtEveryChange(args, env, { begin, check });
    assert.ok(kills >= 4, String(kills));
  });

  for (const when of ['before', 'after']) {
    it(`killed ${when} any call of pass, loses nothing and ends well when run again`, async () => {
      let kills = 0;
      for (let at = 1; ; at += 1) {
        await begin();
        const { code, stderr } = await home.run(args, {
          env: { ...env, KILL_AT: String(at), KILL_WHEN: when },
        });
        if (code === 0) break;
        assert.equal(code, 137, stderr);
        kills += 1;
        await check(`killed ${when} call ${at} of pass`);
      }
      assert.ok(kills >= 6, String(kills));
    });
  }
});
