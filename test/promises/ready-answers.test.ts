// What stands ready in the kernel's keyring: it is used, it is nobody else's, and it never differs from what the long
// way gives. `--debug` always goes the long way, which is what each run is held against.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { UserHandle } from '../aws/world.ts';
import { Home } from '../support/home.ts';
import type { RunOptions } from '../support/home.ts';
import { createLightVault } from '../support/light-vault.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced } from '../support/strace.ts';

// Fresh files are not trusted: their times may not tell one change from the next (fingerprint.ts).
const SETTLED_MILLISECONDS = 60;
const SEQUENCES = Number(process.env['READY_SEQUENCES'] ?? 200);
const STEPS = 5;
const SHOWN =
  'echo $AWS_ACCESS_KEY_ID $AWS_SESSION_TOKEN $AWS_REGION $AWS_CREDENTIAL_EXPIRATION $CCVAULT_POLICY';
const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';

let home: Home;
let kernel = false;
let lost: UserHandle;

before(async () => {
  home = await Home.create();
  await createLightVault(home.vault, home.passphrase);
  const plain = home.aws.world.addUser({ account: '111122223333', name: 'plain' });
  lost = home.aws.world.addUser({ account: '111122223333', name: 'lost' });
  const role = home.aws.world.addRole({
    account: '444455556666',
    name: 'reader',
    trust: { principals: [plain.arn] },
  });
  configure = (more = ''): string =>
    `[profile plain]\nregion = eu-west-1\n[profile reader]\nrole_arn = ${role.arn}\nsource_profile = plain\n${more}`;
  writeFileSync(home.config, configure());
  writePolicy('none');
  await home.ok(['add', 'plain', '--stdin', '--no-config'], { input: home.keyJson(plain) });
  await home.ok(['export', 'reader']);
  await home.ok(['export', 'plain']);
  kernel = (await home.run(['export', 'plain'], { env: { CCVAULT_PASSPHRASE: 'wrong' } })).code === 0;
});

after(() => home.end());

let configure: (more?: string) => string;

/** Everything that makes an answer ready, and then a run that may use it. */
async function settled(args: readonly string[], options: RunOptions = {}): Promise<void> {
  await setTimeout(SETTLED_MILLISECONDS);
  await home.ok(args, options);
}

function readyKeys(): string[] {
  return readFileSync('/proc/keys', 'utf8')
    .split('\n')
    .filter((line) => /ccvault:ready:[0-9a-f]{64}: /.test(line))
    .filter((line) => !/^\S+ \S*i |\sexpd\s/.test(line.trim()));
}

/** The files of ours that a run opens: none when an answer stood ready. */
async function opensFiles(args: readonly string[], options: RunOptions = {}): Promise<boolean> {
  const trace = join(home.root, 'trace');
  await home.ok(args, { ...options, under: straced(trace, 'openat,open') });
  return readCalls(trace).some((call) => call.args.includes(home.root) && !call.args.includes('/bin/'));
}

/**
 * That a run opens no file once another one has been. Other tests run as the same user, and the quota of its keyring is
 * theirs too: an answer may give way to one of theirs, but not again and again.
 */
async function standsReady(args: readonly string[], options: RunOptions = {}): Promise<void> {
  for (let tries = 5; ; tries--) {
    await settled(args, options);
    if (!(await opensFiles(args, options))) return;
    assert.ok(tries > 1, `ccvault ${args.join(' ')} opens files each time`);
  }
}

/** Runs both ways and compares all that a caller sees. */
async function compare(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const short = await home.run(args, options);
  const long = await home.run(['--debug', ...args], options);
  assert.equal(short.stdout, long.stdout, `ccvault ${args.join(' ')}`);
  assert.equal(short.code, long.code);
  assert.equal(messagesOf(short), messagesOf(long));
  return short.stdout;
}

/** Without the steps, and without what the first of two runs does to an open folder. */
function messagesOf({ stderr }: { readonly stderr: string }): string {
  return stderr
    .split('\n')
    .filter((line) => !line.startsWith('ccvault: debug: ') && !line.endsWith('and is closed now'))
    .join('\n');
}

describe('a ready answer', { skip: process.platform !== 'linux' }, () => {
  const uses = [
    ['exec', ['exec', 'reader', '--', 'true'], ''],
    ['export', ['export', 'reader'], ''],
    ['credential-helper', ['credential-helper', '--profile', 'reader', 'get'], GET],
  ] as const;
  for (const [name, args, input] of uses) {
    it(`lets ${name} open no file at all`, { skip: requires('strace') }, async (t) => {
      if (!kernel) return t.skip('no kernel keyring here');
      await standsReady(args, { input });
    });
  }

  it('is one for exec and export, whatever the format', { skip: requires('strace') }, async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    const formats = ['env', 'export', 'json', 'fish', 'ini'];
    for (let tries = 5; ; tries--) {
      await settled(['exec', 'reader', '--', 'true']);
      let opened = false;
      for (const format of formats) opened ||= await opensFiles(['export', 'reader', '--format', format]);
      if (!opened) return;
      assert.ok(tries > 1, 'export opens files each time');
    }
  });

  it('can be reached by this user alone, and ends by itself', async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    await settled(['export', 'reader']);
    const keys = readyKeys();
    assert.ok(keys.length > 0);
    for (const key of keys) {
      const [, , , timeout, permissions, uid] = key.trim().split(/\s+/);
      assert.match(timeout ?? '', /^\d+[ms]$/);
      assert.equal(permissions, '3f2f0000');
      assert.equal(Number(uid), process.getuid?.());
    }
  });

  const notKept: readonly (readonly [string, readonly string[], Record<string, string>])[] = [
    ['CCVAULT_UNLOCK_TTL=0', ['export', 'reader'], { CCVAULT_UNLOCK_TTL: '0' }],
    ['--fresh', ['export', '--fresh', 'reader'], {}],
    ['--debug', ['--debug', 'export', 'reader'], {}],
    ['a key handed out raw', ['export', '-n', 'plain'], {}],
    ['nobody named', ['export'], {}],
    ['a policy file, which may be another by then', ['export', '--policy-file', 'policy.json', 'reader'], {}],
  ];
  for (const [what, args, env] of notKept) {
    it(`is not left by ${what}`, { skip: requires('strace') }, async (t) => {
      if (!kernel) return t.skip('no kernel keyring here');
      await home.ok(['export', 'reader']);
      await home.ok(['lock']);
      await home.ok(['export', 'reader'], { env: { CCVAULT_UNLOCK_TTL: '0' } });
      const trace = join(home.root, 'trace');
      for (let run = 0; run < 3; run++) {
        await setTimeout(SETTLED_MILLISECONDS);
        await home.run(args, { env, under: straced(trace, 'add_key') });
        const kept = readCalls(trace).filter((call) => call.args.includes('ccvault:ready:'));
        assert.deepEqual(kept, []);
      }
    });
  }

  it('goes with lock', async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    await home.ok(['export', 'reader']);
    await settled(['export', 'reader']);
    await home.ok(['lock']);
    const locked = await home.run(['export', 'reader'], { env: { CCVAULT_PASSPHRASE: 'wrong' } });
    assert.equal(locked.code, 5);
    assert.equal(locked.stdout, '');
    await home.ok(['export', 'reader']);
  });

  it('gives way when the quota of the user is used up, and takes a bounded part of it', async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    for (let number = 0; number < 30; number++) {
      await settled(['export', 'reader'], { env: { AWS_BENCH: String(number) } });
    }
    const bytes = readyKeys().reduce((sum, line) => sum + Number(line.trim().split(' ').at(-1)), 0);
    assert.ok(bytes <= 10_000, `${bytes} bytes`);
    // The one that was used last is still there.
    if (requires('strace') === false) {
      await standsReady(['export', 'reader'], { env: { AWS_BENCH: '29' } });
    }
  });

  it('says what the long way says', async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    writeFileSync(
      home.config,
      configure(`[profile far]\nrole_arn = ${chained()}\nsource_profile = reader\n`),
    );
    const args = ['export', '-d', '4h', 'far'];
    await home.ok(args);
    await settled(args);
    assert.match((await home.ok(args)).stderr, /not honoured/);
    await compare(args);
    writeFileSync(home.config, configure());
  });

  it('says each time what is wrong with the profile', { skip: requires('strace') }, async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    writeFileSync(home.config, configure('[lost]\nregion = eu-west-1\n'));
    await home.ok(['add', 'lost', '--stdin', '--no-config'], { input: home.keyJson(lost) });
    for (const args of [
      ['export', 'lost'],
      ['exec', 'lost', '--', 'true'],
      ['exec', 'lost', 'true'],
    ]) {
      await standsReady(args);
      for (let run = 0; run < 2; run++) {
        assert.match((await home.ok(args)).stderr, /^ccvault: warning: profile lost has no region: .*\n$/);
      }
      await compare(args);
    }
    writeFileSync(home.config, configure());
  });

  const noCommands: readonly (readonly [string, number, string])[] = [
    ['nosuch-command', 127, 'command not found: nosuch-command'],
    ['./nosuch-command', 127, 'command not found: ./nosuch-command'],
    ['', 127, 'command not found: '],
    ['/', 126, 'not executable: /'],
    ['./no-interpreter', 126, 'cannot run ./no-interpreter: the interpreter it names is missing'],
  ];
  for (const [command, code, message] of noCommands) {
    it(`ends exec with ${code} where there is no such command: "${command}"`, async (t) => {
      if (!kernel) return t.skip('no kernel keyring here');
      writeFileSync(join(home.cwd, 'no-interpreter'), '#!/no/such/interpreter\n', { mode: 0o755 });
      await home.ok(['export', 'reader']);
      await settled(['export', 'reader']);
      const args = ['exec', 'reader', '--', command];
      const ended = await home.run(args);
      assert.deepEqual(ended, { code, stdout: '', stderr: `ccvault: error: ${message}\n` });
      await compare(args);
    });
  }

  it('ends exec with 126 for a command that cannot run, also where nobody reads the error', async () => {
    writeFileSync(join(home.cwd, 'no-interpreter'), '#!/no/such/interpreter\n', { mode: 0o755 });
    await home.ok(['export', 'reader']);
    await settled(['export', 'reader']);
    const script = '{ sleep 1; "$@" 2>&1; echo $? >ended-with; } | exec true';
    await home.ok(['exec', 'reader', '--', './no-interpreter'], { under: ['sh', '-c', script, 'sh'] });
    assert.equal(readFileSync(join(home.cwd, 'ended-with'), 'utf8'), '126\n');
  });

  const refusals: readonly (readonly [string, readonly string[], number, string])[] = [
    ['exec', ['exec', 'reader', '--', 'echo', 'ran'], 125, ''],
    ['export', ['export', 'reader'], 3, ''],
    ['credential-helper', ['credential-helper', '--profile', 'reader', 'get'], 0, 'quit=1\n'],
  ];
  for (const [name, args, code, stdout] of refusals) {
    it(`is no way around the check of certificates: ${name}`, async () => {
      const options = { input: GET, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
      await home.ok(args, { input: GET });
      await settled(args, { input: GET });
      const ended = await home.run(args, options);
      assert.deepEqual([ended.code, ended.stdout], [code, stdout]);
      assert.match(ended.stderr, /^ccvault: error: NODE_TLS_REJECT_UNAUTHORIZED=0 turns off /);
      await compare(args, options);
    });
  }

  it('is of one policy alone, and tells the child which', async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const tell = ['reader', '--', 'sh', '-c', 'echo $AWS_ACCESS_KEY_ID ${CCVAULT_POLICY-none}'];
    const said = new Set<string>();
    for (const options of [
      [],
      ['--read-only'],
      ['--policy-arn', readOnly, '--policy-arn', 'arn:aws:iam::aws:policy/PowerUserAccess'],
    ]) {
      const args = ['exec', ...options, ...tell];
      await home.ok(args);
      await settled(args);
      said.add(await compare(args));
    }
    assert.equal(said.size, 3);
    assert.match([...said][0] ?? '', / none\n$/);
    assert.match([...said][1] ?? '', / arn:aws:iam::aws:policy\/ReadOnlyAccess\n$/);
  });

  it('never differs from the long way, whatever happens between', async (t) => {
    if (!kernel) return t.skip('no kernel keyring here');
    const seed = Number(process.env['READY_SEED'] ?? Date.now() % 1_000_000);
    t.diagnostic(`READY_SEED=${seed}, ${SEQUENCES} sequences`);
    const random = generator(seed);
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const story: string[] = [];
      for (let step = 0; step < STEPS; step++) {
        story.push(await happen(random));
        const [args, env] = question(random);
        try {
          await compare(args, { env });
        } catch (error) {
          throw new Error(`seed ${seed}, sequence ${sequence}: ${story.join(', ')}, ${args.join(' ')}`, {
            cause: error,
          });
        }
      }
    }
  });
});

function writePolicy(action: string): void {
  const statement = { Effect: 'Allow', Action: `iam:${action.replaceAll('-', '')}`, Resource: '*' };
  writeFileSync(
    join(home.cwd, 'policy.json'),
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  );
}

let far: string | undefined;

/** A role that the role `reader` may assume. */
function chained(): string {
  far ??= home.aws.world.addRole({
    account: '444455556666',
    name: 'far',
    trust: { principals: [/role_arn = (\S+)/.exec(configure())?.[1] ?? ''] },
  }).arn;
  return far;
}

type Random = (below: number) => number;

function generator(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (below) => {
    // xorshift32 (Marsaglia 2003): the same sequence for the same seed, everywhere.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

function question(random: Random): [readonly string[], Record<string, string>] {
  const profile = ['reader', 'reader', 'plain', 'nobody'][random(4)] ?? '';
  const options =
    [
      [],
      [],
      ['--region', 'us-west-2'],
      ['--min-ttl', '20m'],
      ['-d', '30m'],
      ['-n'],
      ['--read-only'],
      ['--policy-arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
      ['--policy-file', 'policy.json'],
    ][random(9)] ?? [];
  const env =
    [{}, {}, { AWS_REGION: 'eu-north-1' }, { AWS_MIN_TTL: '10m' }, { AWS_PROFILE: 'plain' }][random(5)] ?? {};
  const args =
    [
      ['export', ...options, profile],
      ['export', ...options, profile, '--format', 'json'],
      ['exec', ...options, profile, '--', 'sh', '-c', SHOWN],
      ['exec', ...options, profile, 'sh', '-c', SHOWN],
    ][random(4)] ?? [];
  return [args, env];
}

/** Something that may or may not change the answer, done as fast as it can be done. */
async function happen(random: Random): Promise<string> {
  const credentials = join(home.home, '.aws/credentials');
  const replaced = (text: string): void => {
    writeFileSync(`${home.config}.new`, text);
    renameSync(`${home.config}.new`, home.config);
  };
  const region = ['eu-west-1', 'eu-west-2', 'eu-west-3'][random(3)] ?? '';
  const happenings: readonly (readonly [string, () => unknown])[] = [
    ['nothing', () => undefined],
    ['another policy', () => writePolicy(region)],
    ['time', () => setTimeout(SETTLED_MILLISECONDS)],
    ['time', () => setTimeout(SETTLED_MILLISECONDS)],
    ['region in place', () => writeFileSync(home.config, configure(`region = ${region}\n`))],
    ['region replaced', () => replaced(configure(`region = ${region}\n`))],
    [
      'region with the old times',
      () => {
        writeFileSync(home.config, configure(`region = ${region}\n`));
        utimesSync(home.config, 1_700_000_000, 1_700_000_000);
      },
    ],
    [
      'a link to another file',
      () => {
        const target = join(home.root, `config-${random(2)}`);
        writeFileSync(target, configure(`region = ${region}\n`));
        rmSync(home.config);
        symlinkSync(target, home.config);
      },
    ],
    ['a comment', () => replaced(`# ${random(100)}\n${configure()}`)],
    ['no such role', () => replaced(configure().replace('role/reader', 'role/nobody'))],
    [
      'a credentials file',
      () => {
        mkdirSync(join(home.home, '.aws'), { recursive: true });
        writeFileSync(credentials, `[other]\naws_access_key_id = AKIAEXAMPLE${random(10)}\n`);
      },
    ],
    ['no credentials file', () => existsSync(credentials) && unlinkSync(credentials)],
    ['an open folder', () => chmodSync(home.vault, 0o755)],
    ['clear', () => home.ok(['clear'])],
    ['clear reader', () => home.ok(['clear', 'reader'])],
    ['refresh plain', () => home.run(['refresh', 'plain'])],
    ['lock', () => home.ok(['lock'])],
  ];
  const [name, does] = happenings[random(happenings.length)] ?? ['nothing', () => undefined];
  await does();
  return name;
}

describe('a ready answer and the clock', { skip: requires('faketime') }, () => {
  for (const [shift, what] of [
    ['+16m', 'later'],
    ['+50m', 'near the end'],
    ['+2h', 'after the end'],
    ['-3h', 'set back'],
  ] as const) {
    it(`is judged by the time it is: ${what}`, async (t) => {
      if (!kernel) return t.skip('no kernel keyring here');
      writeFileSync(home.config, configure());
      await home.ok(['export', 'reader']);
      await settled(['export', 'reader']);
      const at = async (args: readonly string[]): Promise<string> =>
        (await home.run(args, { under: ['faketime', '-f', shift] })).stdout;
      assert.equal(await at(['export', 'reader']), await at(['--debug', 'export', 'reader']));
    });
  }
});

describe('what depends on a pipe', () => {
  it('is asked the long way each time', async () => {
    const pipe = join(home.root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const region of ['eu-west-1', 'us-east-2']) {
      const running = home.run(['export', 'reader'], { env: { AWS_CONFIG_FILE: pipe } });
      writeFileSync(pipe, configure(`region = ${region}\n`));
      assert.match((await running).stdout, new RegExp(`AWS_REGION=${region}`));
    }
  });
});
