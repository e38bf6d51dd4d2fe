// A home that cannot be written or read costs what it must and nothing more: every command says which path and why,
// ends with its contract's code, and none calls it a bug.

import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import type { RunOptions } from '../support/home.ts';
import { cannotMount, OWN_MOUNTS } from '../support/namespaces.ts';
import { requires } from '../support/requires.ts';

interface Case {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: RunOptions['env'];
  /** Ended by Ctrl-C once it has printed something. */
  readonly serves?: boolean;
  /** Exit codes; 0 only for what needs no write. */
  readonly codes: readonly number[];
}

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';
const PATH = /(?:\/[\w.~-]+){2,}/;
const REASON =
  /read-only file system|no space left|input\/output error|permission denied|too large|no terminal is available/i;

/** Mounts first, for the program alone, which `become` starts. */
function mounted(script: string, become = ''): RunOptions {
  return { under: [...OWN_MOUNTS, 'sh', '-c', `${script}\nexec ${become} "$@"`, 'sh'] };
}

// Root without its rights over files, as it is in a namespace, too.
const POWERLESS = 'setpriv --bounding-set=-all --inh-caps=-all';

for (const build of BUILDS) {
  describe(`${build}: a home that`, { skip: cannotMount() || requires('setpriv') }, () => {
    let home: Home;
    let other: string;

    before(async () => {
      home = await Home.warm({ build });
      home.aws.world.addRepository({ account: '444455556666', region: 'eu-west-1', name: 'demo' });
      const erin = home.aws.world.addUser({ account: '111122223333', name: 'erin' });
      other = home.keyJson(erin);
      home.configure('', '');
      writeFileSync(
        join(home.home, '.aws/credentials'),
        `[plain]\naws_access_key_id = ${erin.accessKeyId}\naws_secret_access_key = ${erin.secretAccessKey}\n`,
      );
    });
    after(() => home.end());

    const readOnly = (): string =>
      `mount --bind '${home.root}' '${home.root}' && mount -o remount,bind,ro '${home.root}' || exit 77`;

    const cases = (): readonly Case[] => [
      { args: ['add', 'two', '--stdin', '--no-verify'], input: other, codes: [3, 5] },
      // Its sessions go first: where they cannot, the key stays; what they leave may be room enough for the vault.
      // Without a lock nothing is removed.
      { args: ['remove', '-f', 'dev'], codes: [0, 1, 5] },
      { args: ['rotate', 'dev'], codes: [4, 5] },
      { args: ['import', 'plain'], codes: [3, 5] },
      { args: ['clear'], codes: [0, 1] },
      { args: ['clear', 'prod'], codes: [0, 1] },
      { args: ['lock'], codes: [0] },
      { args: ['passphrase'], codes: [4, 5] },
      { args: ['list'], codes: [0] },
      { args: ['explain', 'prod'], codes: [0] },
      { args: ['completion', 'bash'], codes: [0] },
      { args: ['exec', 'prod', '--', 'true'], codes: [0] },
      { args: ['exec', '--server', 'prod', '--', 'true'], codes: [0] },
      { args: ['export', 'prod'], codes: [0] },
      { args: ['export', 'prod', '--fresh'], codes: [0] },
      { args: ['whoami', 'prod'], codes: [0] },
      { args: ['login', 'prod', '--stdout'], codes: [0] },
      { args: ['serve', 'prod'], serves: true, codes: [130] },
      { args: ['refresh', 'prod', '--mfa-token', home.user.totp()], codes: [0, 4, 5] },
      { args: ['credential-helper', '--profile', 'prod', 'get'], input: GET, codes: [0] },
      {
        args: ['git', 'clone', '--profile', 'prod', 'demo', join(home.home, 'clone')],
        env: { GIT_SSL_CAINFO: home.env['AWS_CA_BUNDLE'], AWS_REGION: 'eu-west-1' },
        codes: [128],
      },
      { args: ['git', 'setup', '--global'], codes: [3] },
      { args: ['git', 'unset', '--global'], codes: [0, 3] },
    ];

    async function sweep(script: RunOptions, unreadable = false): Promise<void> {
      for (const { args, input, env, serves, codes } of cases()) {
        const { child, ended } = home.start(['ccvault', ...args], {
          ...script,
          ...(input === undefined ? {} : { input }),
          ...(env === undefined ? {} : { env }),
        });
        if (serves) child.stdout?.once('data', () => child.kill('SIGINT'));
        const { code, stdout, stderr } = await ended;
        const said = `${args.join(' ')} ended with ${code}: ${stderr}`;
        assert.doesNotMatch(stderr, /bug in ccvault|^\s+at /m, said);
        // It is there to keep the session; what is small may still find its place on a full disk.
        if (args[0] === 'refresh' && code === 0) assert.doesNotMatch(stderr, /could not cache/, said);
        if (unreadable) assert.ok([0, 1, 2, 3, 4, 5, 125, ...codes].includes(code), said);
        else assert.ok(codes.includes(code), said);
        if (code === 0 || code === 130) continue;
        assert.match(stderr, /^(?:ccvault: error|fatal): /m, said);
        if (code !== 4) assert.match(stderr, PATH, said);
        if (code !== 4) assert.match(stderr, REASON, said);
        assert.equal(stdout, '', said);
      }
    }

    it('is read-only', async () => {
      const vault = readFileSync(join(home.vault, 'vault.age'));
      await sweep(mounted(readOnly()));
      assert.deepEqual(readFileSync(join(home.vault, 'vault.age')), vault);
    });

    it('is full', async () => {
      const vault = readFileSync(join(home.vault, 'vault.age'));
      const copy = (path: string): string => `cp -a '${path}' /mnt/all
        mount -t tmpfs -o size=256k,mode=700 tmpfs '${path}' && cp -a /mnt/all/. '${path}' && rm -r /mnt/all
        dd if=/dev/zero of='${path}/filler' bs=1k 2>/dev/null; dd if=/dev/zero of='${path}/filler2' bs=1 count=4096 2>/dev/null`;
      await sweep(mounted(`mount -t tmpfs none /mnt || exit 77\n${copy(home.vault)}\n${copy(home.home)}`));
      assert.deepEqual(readFileSync(join(home.vault, 'vault.age')), vault);
    });

    for (const place of [
      'vault',
      'vault/sessions',
      'vault/index.json',
      'vault/vault.age',
      'home/.aws',
      'home/.aws/config',
      'home/.aws/credentials',
    ]) {
      it(`cannot be read: ${place}`, async () => {
        const path = join(home.root, place);
        const { mode } = statSync(path);
        chmodSync(path, 0);
        try {
          await sweep(mounted(readOnly(), POWERLESS), true);
        } finally {
          chmodSync(path, mode);
        }
      });
    }
  });
}
