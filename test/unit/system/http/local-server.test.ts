import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { serveLocal } from '../../../../src/system/http/local-server.ts';

const skip = 'bun' in process.versions && 'the runtimes differ in when a socket is told closed';

describe('a local server', { skip }, () => {
  it('holds 256 connections, and the longest silent one makes room for the next', async () => {
    const server = await serveLocal(0, async () => ({ status: 200, body: 'ok', headers: {} }));
    const open: Socket[] = [];
    const dial = async (): Promise<Socket> => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      open.push(socket);
      await once(socket, 'connect');
      return socket;
    };
    const ask = async (socket: Socket): Promise<string> => {
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'close');
      return text;
    };
    try {
      const first = await dial();
      const second = await dial();
      for (let count = 2; count < 256; count++) await dial();
      assert.equal(first.destroyed, false);
      const gone = once(first.resume(), 'close');
      assert.match(await ask(await dial()), /^HTTP\/1\.1 200/);
      await gone;
      assert.match(await ask(second), /^HTTP\/1\.1 200/);
    } finally {
      for (const socket of open) socket.destroy();
      await server.close();
    }
  });
});
