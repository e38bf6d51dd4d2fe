// The whole program with a keyring as desktops have it: dialogs that a person answers, nothing really deleted. What it
// keeps of a rotation and of removed keys must not be a key that still works.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { startFakeKeyring } from '../support/fake-keyring.ts';
import type { FakeKeyringSetup } from '../support/fake-keyring.ts';
import { BUILDS } from '../support/builds.ts';
import { Home, until } from '../support/home.ts';
import { requires } from '../support/requires.ts';

const DIALOG = /the system keyring shows a dialog and waits for your response/;
const ends: (() => Promise<void> | void)[] = [];

for (const build of BUILDS) {
  async function open(setup: FakeKeyringSetup, environment: Readonly<Record<string, string>> = {}) {
    const home = await Home.create({ build });
    const keyring = await startFakeKeyring(join(home.root, 'bus'), setup);
    ends.push(
      () => home.end(),
      () => keyring.close(),
    );
    const env = {
      CCVAULT_BACKEND: 'keyring',
      CCVAULT_PASSPHRASE: undefined,
      CCVAULT_UNLOCK_TTL: '0',
      DBUS_SESSION_BUS_ADDRESS: keyring.address,
      WAYLAND_DISPLAY: 'wayland-0',
      ...environment,
    };
    return { home, keyring, env };
  }

  const add = ['add', 'dev', '--stdin', '--no-config'];

  describe(`a desktop's keyring and the ${build} build`, { timeout: 60_000 }, () => {
    afterEach(async () => {
      for (const end of ends.splice(0).toReversed()) await end();
    });

    it('rotates without deleting or keeping a copy of the key that works', async () => {
      const { home, keyring, env } = await open({});
      await home.ok(add, { env, input: home.keyJson() });
      for (let round = 0; round < 2; round += 1) await home.ok(['rotate', '-n', 'dev'], { env });
      const [key, ...others] = [...keyring.items.values()].filter(
        ({ attributes }) => attributes['username'] !== 'session-key',
      );
      assert.deepEqual(others, []);
      assert.equal(key?.attributes['username'], 'key/dev');
      const { secretAccessKey } = JSON.parse(key.secret) as { secretAccessKey: string };
      assert.ok(keyring.bin.length >= 2);
      assert.ok(!JSON.stringify(keyring.bin).includes(secretAccessKey), 'the bin holds the key that works');
      await home.ok(['whoami', '-n', 'dev'], { env });
    });

    it('rotates where the keyring takes no other attributes', async () => {
      const { home, keyring, env } = await open({ refuses: ['Attributes'] });
      await home.ok(add, { env, input: home.keyJson() });
      await home.ok(['rotate', '-n', 'dev'], { env });
      await home.ok(['whoami', '-n', 'dev'], { env });
      const names = [...keyring.items.values()].map(({ attributes }) => attributes['username']);
      assert.ok(!names.includes('rotating/dev'));
      assert.ok(keyring.bin.every(({ secret }) => secret === ''));
    });

    it('removes a key after its secret was overwritten', async () => {
      const { home, keyring, env } = await open({});
      await home.ok(add, { env, input: home.keyJson() });
      await home.ok(['remove', '-f', 'dev'], { env });
      assert.deepEqual(
        keyring.bin.map(({ secret }) => secret),
        [''],
      );
    });

    it('makes its first collection when a key is added', async () => {
      const { home, keyring, env } = await open({ collection: false });
      assert.equal((await home.ok(['list', '--credentials'], { env })).stdout, '');
      assert.ok(!keyring.calls.includes('CreateCollection'));
      await home.ok(add, { env, input: home.keyJson() });
      assert.ok(keyring.calls.includes('CreateCollection'));
      assert.match((await home.ok(['list', '--credentials'], { env })).stdout, /^dev$/m);
    });

    it('says what to do where nobody can make a collection', async () => {
      const { home, keyring, env } = await open({ collection: false }, { WAYLAND_DISPLAY: '' });
      const { code, stderr } = await home.run(add, { env, input: home.keyJson() });
      assert.equal(code, 5);
      assert.match(stderr, /error: .*no default collection, and without a display/);
      assert.ok(!keyring.calls.includes('CreateCollection'));
    });

    for (const command of [
      ['exec', 'dev', '--', 'true'],
      ['export', 'dev'],
      ['whoami', '-n', 'dev'],
    ]) {
      it(`says on standard error that a dialog waits: ${command[0]}`, async () => {
        const { home, env } = await open({ locked: true, person: 'never' });
        home.configure('');
        const first = await open({});
        await first.home.ok(add, { env: first.env, input: first.home.keyJson() });
        const running = first.home.start(['ccvault', ...command], {
          env: { ...first.env, DBUS_SESSION_BUS_ADDRESS: env.DBUS_SESSION_BUS_ADDRESS },
        });
        await until(() => DIALOG.test(running.said()));
        running.child.kill('SIGINT');
        assert.equal((await running.ended).code, 130);
      });
    }

    it('says so on the terminal, and Ctrl-C ends the wait', { skip: requires('script') }, async () => {
      const { home, env } = await open({ locked: true, person: 'never' });
      const terminal = home.terminal(['list'], env);
      await terminal.expect(DIALOG);
      terminal.send('\u0003');
      assert.equal(await terminal.wait(), 130);
    });

    it('goes on once the person has answered', { skip: requires('script') }, async () => {
      const { home, env } = await open({ locked: true, person: 2000 });
      const terminal = home.terminal(['list', '--credentials'], env);
      await terminal.expect(DIALOG);
      assert.equal(await terminal.wait(), 0, terminal.text);
    });
  });
}
