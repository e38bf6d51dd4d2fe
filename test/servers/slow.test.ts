// Clients that take their time hold no connection for long, and leave room for others meanwhile.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { exported, request, sendRaw } from './raw-http.ts';
import { createStage } from './stage.ts';
import { BUILDS } from '../support/builds.ts';

/** Sends the text, then its last byte again and again; resolves when the other end has closed. */
function drip(port: number, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      if (text !== '') socket.write(text);
    });
    const timer = setInterval(() => {
      if (text !== '') socket.write(text.at(-1) ?? '');
    }, 100);
    socket.on('error', () => {});
    socket.resume();
    socket.on('close', () => {
      clearInterval(timer);
      resolve();
    });
  });
}

for (const build of BUILDS) {
  describe(build, () => {
    it('idle and slow connections end by themselves', { timeout: 30_000 }, async () => {
      const stage = await createStage(build);
      try {
        const server = stage.start(['serve', 'prod']);
        await server.until(/TOKEN='.*\n/);
        const variables = exported(server.output());
        const { host, port } = new URL(variables.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? '');
        const slow = [
          '',
          'G',
          `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: x`,
          `GET / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100000\r\n\r\nx`,
        ].flatMap((text) => Array.from({ length: 20 }, () => drip(Number(port), text)));
        const authorization = `Authorization: ${variables.get('AWS_CONTAINER_AUTHORIZATION_TOKEN')}`;
        const answer = await sendRaw(Number(port), request('GET / HTTP/1.1', `Host: ${host}`, authorization));
        assert.equal(answer.status, 200);
        await Promise.all(slow);
      } finally {
        await stage.dispose();
      }
    });

    it('connections that say nothing starve nobody', { timeout: 30_000 }, async () => {
      const stage = await createStage(build);
      try {
        const server = stage.start(['serve', 'prod']);
        await server.until(/TOKEN='.*\n/);
        const variables = exported(server.output());
        const { host, port } = new URL(variables.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? '');
        const authorization = `Authorization: ${variables.get('AWS_CONTAINER_AUTHORIZATION_TOKEN')}`;
        const silent: Socket[] = [];
        for (let round = 0; round < 6; round += 1) {
          const more = Array.from({ length: 100 }, () => connect(Number(port), '127.0.0.1'));
          for (const socket of more) socket.on('error', () => {});
          await once(more.at(-1) ?? assert.fail(), 'connect');
          silent.push(...more);
          const answers = await Promise.all(
            Array.from({ length: 30 }, () =>
              sendRaw(Number(port), request('GET / HTTP/1.1', `Host: ${host}`, authorization)),
            ),
          );
          assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
        }
        for (const socket of silent) socket.destroy();
      } finally {
        await stage.dispose();
      }
    });

    it('a port that is taken is an error that says so', async () => {
      const stage = await createStage(build);
      try {
        const first = stage.start(['serve', 'prod']);
        await first.until(/TOKEN='.*\n/);
        const port = /127\.0\.0\.1:(\d+)/.exec(first.output())?.[1] ?? '';
        const second = stage.start(['serve', 'prod', '--port', port]);
        assert.equal(await second.ended, 1);
        assert.match(second.errors(), new RegExp(`error: cannot listen on port ${port} `));
        assert.equal(second.output(), '');
      } finally {
        await stage.dispose();
      }
    });
  });
}
