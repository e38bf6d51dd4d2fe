// The command beside its server: exit codes, signals, and a port that is gone when it should be.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { requiresFaketime } from '../support/faketime.ts';
import { exported, request, sendRaw } from './raw-http.ts';
import { createStage, type Stage } from './stage.ts';
import { BUILDS } from '../support/builds.ts';

const SHOW_URL = 'echo "url $AWS_CONTAINER_CREDENTIALS_FULL_URI"';

async function onStage(build: 'standalone' | 'npm', play: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await createStage(build);
  try {
    await play(stage);
  } finally {
    await stage.dispose();
  }
}

function portIn(output: string): number {
  return Number(/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
}

/** The container endpoint that `serve` names. */
function served(output: string): { port: number; ask: () => ReturnType<typeof sendRaw> } {
  const variables = exported(output);
  const { host, port } = new URL(variables.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? '');
  const token = variables.get('AWS_CONTAINER_AUTHORIZATION_TOKEN');
  const ask = request('GET / HTTP/1.1', `Host: ${host}`, `Authorization: ${token}`);
  return { port: Number(port), ask: () => sendRaw(Number(port), ask) };
}

/** Whether anything listens there. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

for (const build of BUILDS) {
  describe(build, { concurrency: 1 }, () => {
    it("ends with the command's code, and the port with it", () =>
      onStage(build, async (stage) => {
        const running = stage.start([
          'exec',
          '-s',
          'prod',
          '--',
          'sh',
          '-c',
          `${SHOW_URL}; read -r _; exit 42`,
        ]);
        await running.until(/url http.*\n/);
        const port = portIn(running.output());
        assert.equal(await listens(port), true);
        running.child.stdin?.end('\n');
        assert.equal(await running.ended, 42);
        assert.equal(await listens(port), false);
      }));

    it('relays signals, and ends as the command did', () =>
      onStage(build, async (stage) => {
        const trap = `trap 'echo caught; exit 7' TERM; ${SHOW_URL}; while :; do sleep 0.05; done`;
        const caught = stage.start(['exec', '-s', 'prod', '--', 'sh', '-c', trap]);
        await caught.until(/url http/);
        caught.child.kill('SIGTERM');
        assert.equal(await caught.ended, 7);
        assert.match(caught.output(), /caught/);
        const killed = stage.start(['exec', '--imds', 'prod', '--', 'sh', '-c', 'kill -KILL $$']);
        assert.equal(await killed.ended, 137);
      }));

    it('leaves nothing listening when it is killed itself, and the command no stale credentials', () =>
      onStage(build, async (stage) => {
        const running = stage.start([
          'exec',
          '-s',
          'prod',
          '--',
          'sh',
          '-c',
          `${SHOW_URL}; echo pid $$; read -r _; env | grep -c '^AWS_SESSION_TOKEN='`,
        ]);
        await running.until(/pid \d+\n/);
        const port = portIn(running.output());
        const killed = once(running.child, 'exit');
        running.child.kill('SIGKILL');
        await killed;
        // The command is still there, and has not inherited the port.
        assert.equal(await listens(port), false);
        running.child.stdin?.end('\n');
        await running.ended;
        assert.match(running.output(), /^0\n$/m);
      }));

    it('a command that is not there is 127, and one that cannot be had for want of credentials 125', () =>
      onStage(build, async (stage) => {
        const missing = stage.start(['exec', '-s', 'prod', '--', 'no-such-program']);
        assert.equal(await missing.ended, 127);
        stage.aws.proxy.mode = { kind: 'refuse' };
        const offline = stage.start(['exec', '-s', 'work', '--', 'true']);
        assert.equal(await offline.ended, 125);
      }));

    it('a small --min-ttl: renewed before the last minute all the same', { skip: requiresFaketime() }, () =>
      onStage(build, async (stage) => {
        for (const [ttl, gone] of [
          ['1s', 3600 - 45],
          ['0', 3600 - 70],
        ] as const) {
          const server = stage.start(['serve', 'prod', '--fresh', '--min-ttl', ttl]);
          await server.until(/TOKEN='.*\n/);
          const { ask } = served(server.output());
          const first = await ask();
          stage.passTime(gone * 1000);
          let last = await ask();
          for (let tries = 0; last.body === first.body && tries < 50; tries += 1) {
            await new Promise((resolve) => setTimeout(resolve, 100));
            last = await ask();
          }
          assert.equal(last.status, 200, last.body);
          assert.notEqual(last.body, first.body);
          server.child.kill('SIGTERM');
          await server.ended;
        }
      }),
    );

    it(
      'AWS gone: good credentials to the last minute, then an error, then new ones',
      { skip: requiresFaketime() },
      () =>
        onStage(build, async (stage) => {
          const server = stage.start(['serve', 'prod']);
          await server.until(/TOKEN='.*\n/);
          const { port, ask } = served(server.output());
          const first = await ask();
          assert.equal(first.status, 200);
          stage.aws.faults.add({ operation: 'AssumeRole', kind: 'slow-down', times: 1000 });
          stage.passTime(50 * 60_000);
          assert.equal((await ask()).body, first.body);
          stage.passTime(9 * 60_000 + 30_000);
          const refused = await ask();
          assert.equal(refused.status, 503, refused.body);
          assert.doesNotMatch(refused.body, /AccessKeyId/);
          stage.passTime(60_000);
          assert.equal((await ask()).status, 503);
          stage.aws.faults.clear();
          stage.passTime(60_000);
          const renewed = await ask();
          assert.equal(renewed.status, 200, renewed.body);
          assert.notEqual(renewed.body, first.body);
          assert.match(server.errors(), /cannot renew the credentials of profile prod/);
          server.child.kill('SIGTERM');
          assert.equal(await server.ended, 143);
          assert.equal(await listens(port), false);
        }),
    );
  });
}
