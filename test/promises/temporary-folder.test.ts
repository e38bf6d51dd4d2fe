// The standalone build needs no /tmp: nothing is unpacked there, nothing left there.

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { findBuild } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import { cannotMount, OWN_MOUNTS } from '../support/namespaces.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced, stringsIn } from '../support/strace.ts';

let home: Home;

afterEach(() => home.end());

describe('the standalone build', () => {
  it('puts nothing into the temporary folder', async () => {
    home = await Home.warm();
    await home.ok(['exec', 'prod', '--fresh', '--', 'true']);
    await home.ok(['list']);
    await home.ok(['whoami', 'prod']);
    assert.deepEqual(readdirSync(home.env['TMPDIR'] ?? ''), []);
  });

  it('does not even try', { skip: requires('strace') }, async () => {
    home = await Home.warm();
    const trace = join(home.root, 'trace');
    await home.ok(['exec', 'prod', '--fresh', '--', 'true'], { under: straced(trace, '%file') });
    const tried = readCalls(trace)
      .filter((call) => /O_CREAT|mkdir|memfd/.test(`${call.name} ${call.args}`))
      .flatMap((call) => stringsIn(call).slice(0, 1));
    assert.ok(tried.length > 0, 'not even a session was written');
    assert.deepEqual(
      tried.filter((path) => !path.startsWith(`${home.vault}/`) && path !== home.vault),
      [],
    );
  });

  it('works where TMPDIR cannot be written to or is not there', async () => {
    home = await Home.warm();
    chmodSync(home.env['TMPDIR'] ?? '', 0o500);
    await home.ok(['exec', 'prod', '--fresh', '--', 'true']);
    await home.ok(['exec', 'prod', '--fresh', '--', 'true'], { env: { TMPDIR: '/nowhere/at/all' } });
    chmodSync(home.env['TMPDIR'] ?? '', 0o700);
  });

  it(
    'works with a /tmp that is read-only and runs nothing',
    { skip: existsSync('/var/tmp') ? cannotMount() : 'no /var/tmp' },
    async () => {
      // The home stands elsewhere, as /tmp is about to be hidden; so is the CA, and AWS is not called. The checkout may
      // be below /tmp as well.
      home = await Home.create({ parent: '/var/tmp' });
      const program = join(home.root, 'bin/ccvault');
      rmSync(program);
      copyFileSync(findBuild('standalone').program, program);
      const script = 'mount -t tmpfs -o ro,noexec,nosuid tmpfs /tmp && "$@" && ls -A /tmp >&2';
      const under = [...OWN_MOUNTS, 'sh', '-c', script, 'sh'];
      const env = { AWS_CA_BUNDLE: undefined };
      const added = await home.ok(['add', 'dev', '--stdin', '--no-verify', '--no-config'], {
        input: home.keyJson(),
        under,
        env,
      });
      assert.match(added.stderr, /stored the key/);
      const { stdout } = await home.ok(['export', 'dev', '-n'], { under, env });
      assert.ok(stdout.includes(home.user.accessKeyId));
    },
  );
});
