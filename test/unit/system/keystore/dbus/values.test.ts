import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { decodeMessage } from '../../../../../src/system/keystore/dbus/message.ts';
import { ValueReader, ValueWriter, Variant } from '../../../../../src/system/keystore/dbus/values.ts';
import { parseBusAddress } from '../../../../../src/system/keystore/dbus/connection.ts';

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
    assert.deepEqual(parseBusAddress('disabled:'), []);
    assert.deepEqual(parseBusAddress(''), []);
  });
});
