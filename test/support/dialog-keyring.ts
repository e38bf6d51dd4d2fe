import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeMessage } from '../../src/system/keystore/dbus/message.ts';
import type { Message } from '../../src/system/keystore/dbus/message.ts';
import { ValueWriter, Variant } from '../../src/system/keystore/dbus/values.ts';

const METHOD_RETURN = 2;
const SIGNAL = 4;
const COLLECTION = '/org/freedesktop/secrets/collection/login';
const ITEM = `${COLLECTION}/1`;
const PROMPT = '/org/freedesktop/secrets/prompt/p1';

interface DialogKeyring {
  readonly address: string;
  close(): void;
}

/**
 * A bus with a locked keyring of one item behind it whose dialog a person answers, after a while, with the right
 * password: what no real keyring does without a display. Sends its bytes a few at a time.
 */
export async function startDialogKeyring(
  path: string,
  value: string,
  thinking: number,
): Promise<DialogKeyring> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    void converse(socket, value, thinking);
  }).listen(path);
  await once(server, 'listening');
  return { address: `unix:path=${path}`, close: () => server.close() };
}

async function converse(socket: Socket, value: string, thinking: number): Promise<void> {
  let received: Uint8Array = new Uint8Array(0);
  let begun = false;
  let locked = true;
  let serial = 0;

  async function send(
    type: number,
    fields: readonly unknown[],
    signature = '',
    values: readonly unknown[] = [],
  ) {
    const body = new ValueWriter();
    body.struct(signature, values);
    const all = signature === '' ? fields : [...fields, [8, new Variant('g', signature)]];
    const message = new ValueWriter();
    message.struct('yyyyuua(yv)', [0x6c, type, 0, 1, body.length, ++serial, all]);
    message.align(8);
    message.bytes(body.finish());
    for (let at = 0; at < message.length; at += 30) {
      socket.write(message.finish().slice(at, at + 30));
      await delay(1);
    }
  }

  function answerTo({ member, path }: Message): readonly [signature?: string, values?: readonly unknown[]] {
    switch (member) {
      case 'Hello':
        return ['s', [':1.1']];
      case 'OpenSession':
        return ['vo', [new Variant('s', ''), '/session/1']];
      case 'ReadAlias':
        return ['o', [COLLECTION]];
      case 'Get':
        return ['v', [new Variant('b', path === COLLECTION && locked)]];
      case 'SearchItems':
        return ['aoao', locked ? [[], [ITEM]] : [[ITEM], []]];
      case 'Unlock':
        return ['aoo', [[], PROMPT]];
      case 'GetSecret':
        return ['(oayays)', [['/session/1', new Uint8Array(0), Buffer.from(value), 'text/plain']]];
      default:
        return [];
    }
  }

  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    if (!begun) {
      const end = Buffer.from(received).indexOf('BEGIN\r\n');
      if (end === -1) continue;
      begun = true;
      received = received.subarray(end + 'BEGIN\r\n'.length);
      socket.write('OK 0123456789abcdef\r\n');
    }
    for (let next = decodeMessage(received); next !== undefined; next = decodeMessage(received)) {
      received = received.subarray(next.size);
      await send(METHOD_RETURN, [[5, new Variant('u', next.message.serial)]], ...answerTo(next.message));
      if (next.message.member !== 'Prompt') continue;
      await delay(thinking);
      locked = false;
      const fields = [
        [1, new Variant('o', PROMPT)],
        [2, new Variant('s', 'org.freedesktop.Secret.Prompt')],
        [3, new Variant('s', 'Completed')],
      ];
      await send(SIGNAL, fields, 'bv', [false, new Variant('ao', [COLLECTION])]);
    }
  }
}
