// What the keyrings of desktops do that GNOME Keyring without a display does not: see test/support/fake-keyring.ts.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findBun, findNode } from '../../../support/builds.ts';
import { startFakeKeyring } from '../../../support/fake-keyring.ts';
import type { FakeKeyringSetup } from '../../../support/fake-keyring.ts';
import type { Operation, Outcome } from '../../../support/keyring-driver.ts';
import { findProgram } from '../../../support/requires.ts';

const DRIVER = join(import.meta.dirname, '../../../support/keyring-driver.ts');
const GRAPHICAL = { WAYLAND_DISPLAY: 'wayland-0' };

interface Driven {
  readonly outcomes: readonly Outcome[];
  readonly stderr: string;
}

for (const { runtime, program } of [
  { runtime: 'node', program: findNode() },
  { runtime: 'bun', program: findBun() },
]) {
  /** What comes of operations against a fake keyring, in a session without a terminal. */
  async function drive(
    setup: FakeKeyringSetup,
    operations: readonly Operation[],
    { environment = GRAPHICAL, limit = 10_000, dialog = 120_000, holdsItems = false } = {},
  ): Promise<Driven & { readonly keyring: Awaited<ReturnType<typeof startFakeKeyring>> }> {
    const path = join(tmpdir(), `ccvault-bus-${randomBytes(6).toString('hex')}`);
    const keyring = await startFakeKeyring(path, setup);
    try {
      const argv = [DRIVER, String(limit), String(dialog), ...(holdsItems ? ['holds-items'] : [])];
      const env = { ...environment, DBUS_SESSION_BUS_ADDRESS: keyring.address };
      return { ...(await runDetached(program ?? '', argv, env, JSON.stringify(operations))), keyring };
    } finally {
      keyring.close();
    }
  }

  describe(`a desktop's keyring under ${runtime}`, { skip: program === undefined }, () => {
    it('has time for its dialog, which is announced when it stays open', async () => {
      const setup = { items: { 'key/a': 'behind a dialog' }, locked: true, person: 4500 };
      const { outcomes, stderr } = await drive(setup, [['read', 'key/a']], { limit: 4000 });
      assert.deepEqual(outcomes, [{ result: 'behind a dialog' }]);
      assert.match(stderr, /^ccvault: the system keyring shows a dialog and waits for your response$/m);
    });

    it('is not announced where the person is quick', async () => {
      const setup = { items: { 'key/a': 'x' }, locked: true, person: 0 };
      assert.deepEqual((await drive(setup, [['read', 'key/a']])).stderr, '');
    });

    it('names the limit of a dialog that nobody answers', async () => {
      const operations = [['read', 'key/a'], ['list'], ['remove', 'key/a'], ['write', 'key/a', 'x']] as const;
      const drives = operations.map(async (operation) => {
        const setup = { items: { 'key/a': 'x' }, locked: true, person: 'never' } as const;
        const { outcomes } = await drive(setup, [operation], { dialog: 1000 });
        const message = 'the dialog of the system keyring was not answered within 1 s';
        assert.deepEqual([outcomes[0]?.code, outcomes[0]?.message], ['timeout', message], operation[0]);
      });
      await Promise.all(drives);
    });

    it('gets a collection by its dialog with the first item', async () => {
      const { outcomes } = await drive({ collection: false }, [
        ['answers'],
        ['list'],
        ['read', 'key/a'],
        ['write', 'key/a', 'x'],
        ['read', 'key/a'],
      ]);
      assert.deepEqual(outcomes, [{ result: true }, { result: [] }, {}, {}, { result: 'x' }]);
    });

    it('that is closed is not an empty one', async () => {
      const operations: readonly Operation[] = [['read', 'key/a'], ['list'], ['remove', 'key/a']];
      const { outcomes } = await drive({ collection: false }, operations, { holdsItems: true });
      for (const { code, message, hints } of outcomes) {
        assert.equal(code, 'absent');
        assert.match(message ?? '', /holds the keys is closed/);
        assert.doesNotMatch(hints?.join() ?? '', /--backend file/);
      }
    });

    it('keeps no secret that is in use of what is deleted', async () => {
      const { keyring, outcomes } = await drive({ items: { 'key/a': 'old', 'rotating/a': 'live' } }, [
        ['rename', 'rotating/a', 'key/a'],
        ['read', 'key/a'],
        ['list'],
      ]);
      assert.deepEqual(outcomes, [{}, { result: 'live' }, { result: ['key/a'] }]);
      assert.doesNotMatch(JSON.stringify(keyring.bin), /live/);
    });

    for (const refuses of [[], ['SetSecret'], ['Label']]) {
      it(`overwrites what it deletes where it may (refused: ${refuses.join()})`, async () => {
        const setup = { items: { 'key/a': 'secret', 'key/b': 'other' }, refuses };
        const { keyring, outcomes } = await drive(setup, [
          ['remove', 'key/a'],
          ['rename', 'key/b', 'key/a'],
          ['list'],
        ]);
        assert.deepEqual(outcomes, [{ result: true }, {}, { result: ['key/a'] }]);
        const last = refuses.includes('SetSecret') ? 'secret' : '';
        assert.deepEqual(
          keyring.bin.map(({ secret }) => secret),
          [last],
        );
      });
    }

    // Where the old one could be overwritten it was changed last, but is empty.
    for (const refuses of [['Delete'], ['Delete', 'SetSecret']]) {
      it(`gives the newer of two items that an interrupted exchange leaves (${refuses.join()})`, async () => {
        const { outcomes } = await drive({ items: { 'key/a': 'old', 'rotating/a': 'new' }, refuses }, [
          ['rename', 'rotating/a', 'key/a'],
          ['read', 'key/a'],
        ]);
        assert.equal(outcomes[0]?.code, 'denied');
        assert.deepEqual(outcomes[1], { result: 'new' });
      });
    }

    for (const [refusal, code, message] of [
      ['org.freedesktop.DBus.Error.NoReply', 'timeout', /^the system keyring did not respond \(not here\)$/],
      ['org.freedesktop.DBus.Error.TimedOut', 'timeout', /^the system keyring did not respond/],
      ['org.freedesktop.DBus.Error.ServiceUnknown', 'absent', /no Secret Service on the session bus/],
      ['org.freedesktop.Secret.Error.IsLocked', 'locked', /is locked$/],
      ['org.freedesktop.DBus.Error.AccessDenied', 'denied', /refused: not here/],
    ] as const) {
      it(`has its error told as what it is: ${refusal}`, async () => {
        const { outcomes } = await drive({ refuses: ['SearchItems'], refusal }, [['read', 'key/a']]);
        assert.equal(outcomes[0]?.code, code);
        assert.match(outcomes[0].message ?? '', message);
      });
    }

    it('is told how to be unlocked in its own way', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ccvault-names-'));
      try {
        for (const [name, hint] of [
          ['kwalletd5', /^unlock the wallet of KWallet/],
          ['ksecretd', /^unlock the wallet of KWallet/],
          ['keepassxc', /^unlock the database in KeePassXC/],
          ['gnome-keyring-daemon', /gnome-keyring-daemon --replace/],
          ['something', /^unlock it in your desktop session, then/],
        ] as const) {
          const path = join(folder, name);
          copyFileSync(findProgram('sleep') ?? '', path);
          const process_ = spawn(path, ['60'], { stdio: 'ignore' });
          const setup = { items: { 'key/a': 'x' }, locked: true, pid: process_.pid ?? 0 };
          const { outcomes } = await drive(setup, [['read', 'key/a']], {
            environment: { WAYLAND_DISPLAY: '' },
          });
          process_.kill();
          assert.equal(outcomes[0]?.code, 'locked', name);
          assert.match(outcomes[0].hints?.[0] ?? '', hint, name);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

/** Runs a program in a session of its own, which has no terminal. */
async function runDetached(
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
): Promise<Driven> {
  const child = spawn(program, argv, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => {
    child.on('close', resolve);
  });
  assert.equal(code, 0, stderr);
  const outcomes: readonly Outcome[] = JSON.parse(stdout);
  return { outcomes, stderr };
}
