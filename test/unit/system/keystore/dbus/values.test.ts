import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { decodeMessage } from '../../../../../src/system/keystore/dbus/message.ts';
import { ValueReader, ValueWriter, Variant } from '../../../../../src/system/keystore/dbus/values.ts';
import {
  parseBusAddress,
  sessionBusPaths,
  userBusPath,
} from '../../../../../src/system/keystore/dbus/session-bus.ts';

const VALUES: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ['y', fc.integer({ min: 0, max: 255 })],
  ['b', fc.boolean()],
  ['u', fc.nat()],
  ['s', fc.string({ unit: 'grapheme' })],
  ['ay', fc.uint8Array({ maxLength: 2000 })],
  ['as', fc.array(fc.string())],
  ['a{ss}', fc.array(fc.tuple(fc.string(), fc.string()))],
  ['(oayays)', fc.tuple(fc.constant('/a/b'), fc.uint8Array(), fc.uint8Array(), fc.string())],
  ['aau', fc.array(fc.array(fc.nat()))],
];

describe('D-Bus values', () => {
  it('come back as they were written, wherever they begin', () => {
    const value = fc
      .constantFrom(...VALUES)
      .chain(([type, values]) => values.map((one) => [type, one] as const));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (typed) => {
        const signature = typed.map(([type]) => type).join('');
        const values = typed.map(([, one]) => one);
        const writer = new ValueWriter();
        writer.struct(signature, values);
        assert.deepEqual(new ValueReader(writer.finish(), true).struct(signature), values);
      }),
    );
  });

  it('are read out of variants', () => {
    const writer = new ValueWriter();
    writer.struct('va{sv}', [new Variant('u', 7), [['key', new Variant('a{ss}', [['a', 'b']])]]]);
    assert.deepEqual(new ValueReader(writer.finish(), true).struct('va{sv}'), [7, [['key', [['a', 'b']]]]]);
  });

  it('of any bytes at all are refused or read, and it ends', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((tail) => {
      const header = new Uint8Array(16);
      header[0] = 0x6c;
      header.set([tail.length % 7], 4);
      header.set([tail.length % 23], 12);
      return Uint8Array.of(...header, ...tail);
    });
    fc.assert(
      fc.property(bytes, (message) => {
        try {
          decodeMessage(message);
        } catch (error) {
          assert.ok(error instanceof Error);
        }
      }),
    );
    assert.throws(() => new ValueReader(new Uint8Array(64).fill(1), true).struct('a()'));
  });
});

describe('bus addresses', () => {
  it('give their unix sockets in order, unescaped', () => {
    const address = 'tcp:host=x,port=1;unix:path=/run/a%20b,guid=1;unix:abstract=/tmp/c;launchd:env=X';
    assert.deepEqual(parseBusAddress(address), ['/run/a b', '\0/tmp/c']);
    assert.deepEqual(parseBusAddress('unix:path=/h/J%c3%bcrg%2fbus'), ['/h/Jürg/bus']);
    assert.deepEqual(parseBusAddress('unix:path=/h/%E4%BA%BA%20%F0%9F%94%91'), ['/h/人 🔑']);
    assert.deepEqual(parseBusAddress('unix:path=/100%,guid=1;unix:path=/a%2'), ['/100%', '/a%2']);
    assert.deepEqual(parseBusAddress('disabled:'), []);
    assert.deepEqual(parseBusAddress(''), []);
  });
});

describe('the session bus', () => {
  const user = '/run/user/1000/bus';
  for (const [what, environment, userBus, expected] of [
    [
      'is where its variable says, and nowhere else',
      { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/a' },
      user,
      ['/a'],
    ],
    ['may be disabled', { DBUS_SESSION_BUS_ADDRESS: 'disabled:', XDG_RUNTIME_DIR: '/run' }, user, []],
    [
      'is in the runtime folder, then with the user',
      { XDG_RUNTIME_DIR: '/tmp/r' },
      user,
      ['/tmp/r/bus', user],
    ],
    ['is tried once', { XDG_RUNTIME_DIR: '/run/user/1000' }, user, [user]],
    [
      "is the user's own for cron and su",
      { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: '' },
      user,
      [user],
    ],
    ['is nowhere', {}, undefined, []],
  ] as const) {
    it(what, () => {
      assert.deepEqual(sessionBusPaths(environment, userBus), expected);
    });
  }

  it('of the user is a socket of the user', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ccvault-run-'));
    const uid = process.getuid?.() ?? 0;
    const own = join(folder, String(uid));
    mkdirSync(own);
    try {
      assert.equal(userBusPath(uid, folder), undefined);
      writeFileSync(join(own, 'bus'), '');
      assert.equal(userBusPath(uid, folder), undefined);
      rmSync(join(own, 'bus'));
      const server = createServer().listen(join(own, 'bus'));
      await once(server, 'listening');
      assert.equal(userBusPath(uid, folder), join(own, 'bus'));
      // Another user's folder with a socket of ours, as far as an unprivileged test can make one.
      renameSync(own, join(folder, String(uid + 1)));
      assert.equal(userBusPath(uid + 1, folder), undefined);
      server.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
