import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findBun, findNode } from '../../../support/builds.ts';
import type { Operation, Outcome } from '../../../support/keyring-driver.ts';
import { userBusPath } from '../../../../src/system/keystore/dbus/session-bus.ts';
import { requires } from '../../../support/requires.ts';
import { run, SECRET_SERVICE_PROGRAMS, startSecretService } from '../../../support/secret-service.ts';
import type { SecretServiceSession } from '../../../support/secret-service.ts';

const DRIVER = join(import.meta.dirname, '../../../support/keyring-driver.ts');
const HOSTILE_NAMES = ['key/a b', 'key/../../etc', 'key/ünï ☃', "key/it's@work", 'key/', 'key/a\nb'];
const RUNTIMES = [
  { runtime: 'node', program: findNode() },
  { runtime: 'bun', program: findBun() },
];

type Environment = Readonly<Record<string, string>>;

for (const { runtime, program } of RUNTIMES) {
  const skip =
    program === undefined ? `no ${runtime} for this machine` : requires(...SECRET_SERVICE_PROGRAMS);

  /** What comes of the operations, one after another in one process. */
  async function drive(
    environment: Environment,
    operations: readonly Operation[],
    limit = 10_000,
  ): Promise<readonly Outcome[]> {
    const outcomes: readonly Outcome[] = JSON.parse(
      await run(environment, [program ?? '', DRIVER, String(limit)], JSON.stringify(operations)),
    );
    return outcomes;
  }

  async function expectAbsent(environment: Environment, why: RegExp): Promise<void> {
    const [answers, read] = await drive(environment, [['answers'], ['read', 'any']]);
    assert.deepEqual(answers, { result: false });
    assert.equal(read?.code, 'absent');
    assert.match(read.message ?? '', why);
    assert.match(read.hints?.[0] ?? '', /--backend file/);
  }

  describe(`keyring under ${runtime}`, { skip }, () => {
    let session: SecretServiceSession;

    before(async () => {
      session = await startSecretService();
    });
    after(async () => {
      await session.end();
    });

    it('answers', async () => {
      assert.deepEqual(await drive(session.environment, [['answers']]), [{ result: true }]);
    });

    it('gives back what it was given, under any name', async () => {
      const entries = HOSTILE_NAMES.map(
        (name) => [name, `${name} ${randomBytes(20).toString('hex')}`] as const,
      );
      await drive(
        session.environment,
        entries.map(([name, value]) => ['write', name, value]),
      );
      assert.deepEqual(
        await drive(session.environment, [...entries.map(([name]) => ['read', name] as const), ['list']]),
        [...entries.map(([, value]) => ({ result: value })), { result: [...HOSTILE_NAMES].sort() }],
      );
      await drive(
        session.environment,
        entries.map(([name]) => ['remove', name]),
      );
    });

    it('replaces, and removes once', async () => {
      const outcomes = await drive(session.environment, [
        ['write', 'once', 'first'],
        ['write', 'once', 'second'],
        ['read', 'once'],
        ['list'],
        ['remove', 'once'],
        ['remove', 'once'],
        ['read', 'once'],
      ]);
      assert.deepEqual(
        outcomes.map(({ result }) => result),
        [undefined, undefined, 'second', ['once'], true, false, undefined],
      );
    });

    it('carries a value of a megabyte', async () => {
      const value = 'ab☃'.repeat(250_000);
      const outcomes = await drive(session.environment, [
        ['write', 'big', value],
        ['read', 'big'],
        ['remove', 'big'],
      ]);
      // Not deepEqual, which would print it all.
      assert.ok(outcomes[1]?.result === value);
    });

    it('shares its items with secret-tool', { skip: requires('secret-tool') }, async () => {
      const attributes = ['service', 'ccvault', 'username', 'key/shared'];
      await drive(session.environment, [['write', 'key/shared', 'ours']]);
      assert.equal(await run(session.environment, ['secret-tool', 'lookup', ...attributes]), 'ours');
      await run(session.environment, ['secret-tool', 'store', '--label=x', ...attributes], 'theirs');
      const outcomes = await drive(session.environment, [
        ['read', 'key/shared'],
        ['write', 'key/shared', 'ours again'],
        ['read', 'key/shared'],
        ['list'],
        ['remove', 'key/shared'],
        ['read', 'key/shared'],
      ]);
      assert.deepEqual(
        outcomes.map(({ result }) => result),
        ['theirs', undefined, 'ours again', ['key/shared'], true, undefined],
      );
    });

    it('leaves the items of others alone', { skip: requires('secret-tool') }, async () => {
      const attributes = ['service', 'other', 'username', 'theirs'];
      await run(session.environment, ['secret-tool', 'store', '--label=x', ...attributes], 'value');
      assert.deepEqual(
        await drive(session.environment, [['list'], ['read', 'theirs'], ['remove', 'theirs']]),
        [{ result: [] }, {}, { result: false }],
      );
    });

    it('shares its items with the keyring addon', async () => {
      const script = `const { Entry, findCredentials } = require('@napi-rs/keyring');
        const read = new Entry('ccvault', 'key/addon').getPassword();
        new Entry('ccvault', 'key/addon').setPassword('theirs');
        console.log(JSON.stringify({ read, listed: findCredentials('ccvault').length }));`;
      await drive(session.environment, [['write', 'key/addon', 'ours']]);
      const seen: unknown = JSON.parse(await run(session.environment, [process.execPath, '-e', script]));
      assert.deepEqual(seen, { read: 'ours', listed: 1 });
      assert.deepEqual(
        await drive(session.environment, [['read', 'key/addon'], ['list'], ['remove', 'key/addon']]),
        [{ result: 'theirs' }, { result: ['key/addon'] }, { result: true }],
      );
    });

    it('gives an item the name and the place of another one', async () => {
      const outcomes = await drive(session.environment, [
        ['write', 'key/old', 'old'],
        ['write', 'rotating/old', 'new'],
        ['rename', 'rotating/old', 'key/old'],
        ['read', 'key/old'],
        ['list'],
        ['rename', 'never', 'key/old'],
        ['remove', 'key/old'],
        ['list'],
      ]);
      assert.deepEqual(
        outcomes.map(({ result }) => result),
        [undefined, undefined, undefined, 'new', ['key/old'], undefined, true, []],
      );
    });

    // The last ones: the keyring stays locked.
    it('tells a locked keyring from a missing item', async () => {
      await drive(session.environment, [['write', 'key/locked', 'value']]);
      await session.lock();
      const outcomes = await drive(session.environment, [
        ['read', 'key/locked'],
        ['read', 'never'],
        ['remove', 'never'],
        ['list'],
        ['write', 'new', ''],
      ]);
      for (const { code, hints } of outcomes) {
        assert.equal(code, 'locked');
        assert.match(hints?.[0] ?? '', /unlock it .*gnome-keyring-daemon --replace --unlock/);
      }
      assert.deepEqual(await drive(session.environment, [['answers']]), [{ result: true }]);
    });

    it('calls a dialog that is dismissed a denial', async () => {
      // With a display that is not there, GNOME Keyring cannot show its dialog and says it was dismissed.
      const graphical = { ...session.environment, DISPLAY: ':4711' };
      const outcomes = await drive(graphical, [['read', 'key/locked'], ['write', 'new', ''], ['list']]);
      assert.deepEqual(
        outcomes.map(({ code }) => code),
        ['denied', 'denied', 'denied'],
      );
    });
  });

  describe(`no keyring under ${runtime}`, { skip }, () => {
    it('says that there is no bus', async () => {
      const gone = temporaryPath();
      await expectAbsent({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${gone}` }, /no session bus/);
      await expectAbsent({ DBUS_SESSION_BUS_ADDRESS: 'disabled:' }, /no session bus/);
      // The bus of whoever runs the tests is looked for as well.
      if (userBusPath(process.getuid?.() ?? 0) !== undefined) return;
      await expectAbsent({}, /no session bus/);
      await expectAbsent({ XDG_RUNTIME_DIR: gone }, /no session bus/);
    });

    it('says that there is no Secret Service', async () => {
      const session = await startSecretService({ keyring: 'none' });
      try {
        await expectAbsent(session.environment, /no Secret Service/);
      } finally {
        await session.end();
      }
    });

    it('finds nothing where no collection was made, and can make none without a display', async () => {
      const session = await startSecretService({ keyring: 'empty' });
      try {
        const [answers, read, list, removed, written] = await drive(session.environment, [
          ['answers'],
          ['read', 'any'],
          ['list'],
          ['remove', 'any'],
          ['write', 'any', 'value'],
        ]);
        assert.deepEqual(
          [answers, read, list, removed],
          [{ result: false }, {}, { result: [] }, { result: false }],
        );
        assert.equal(written?.code, 'absent');
        assert.match(written.message ?? '', /no default collection, and without a display/);
        assert.match(written.hints?.[0] ?? '', /desktop session.*--backend file/);
      } finally {
        await session.end();
      }
    });

    for (const kind of ['path', 'abstract'] as const) {
      it(`gives up on a bus that does not answer (${kind} socket)`, async () => {
        const path = temporaryPath();
        const server = createServer().listen(kind === 'abstract' ? `\0${path}` : path);
        await once(server, 'listening');
        const environment = { DBUS_SESSION_BUS_ADDRESS: `unix:${kind}=${path},guid=0` };
        const outcomes = await drive(
          environment,
          [['read', 'any'], ['write', 'any', ''], ['remove', 'any'], ['list'], ['answers']],
          200,
        );
        assert.deepEqual(
          outcomes.map(({ code }) => code),
          Array.from({ length: 5 }, () => 'timeout'),
        );
        server.close();
      });
    }

    for (const [what, reply, code] of [
      ['refuses the user', 'REJECTED EXTERNAL\r\n', 'denied'],
      ['hangs up', '', 'denied'],
      ['sends no message', 'OK 1234\r\nnonsense that is no message', 'absent'],
      ['speaks another protocol', 'x'.repeat(5000), 'absent'],
    ] as const) {
      it(`stops at a bus that ${what}`, async () => {
        const path = temporaryPath();
        const server = createServer((socket) => {
          socket.on('error', () => {});
          socket.once('data', () => socket.end(reply));
        }).listen(path);
        await once(server, 'listening');
        const [outcome] = await drive({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` }, [['read', 'any']]);
        assert.equal(outcome?.code, code);
        server.close();
      });
    }
  });
}

function temporaryPath(): string {
  return join(tmpdir(), `ccvault-bus-${randomBytes(6).toString('hex')}`);
}
