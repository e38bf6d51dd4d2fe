// Many clients at once through an expiry: every answer valid, one renewal.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requiresFaketime } from '../support/faketime.ts';
import { exported } from './raw-http.ts';
import { askForSeconds } from './load.ts';
import { createStage } from './stage.ts';
import { BUILDS } from '../support/builds.ts';

const PROCESSES = 4;
const SECONDS = 3;

for (const build of BUILDS) {
  describe(build, { skip: requiresFaketime() }, () => {
    it('one renewal for hundreds of requests', async () => {
      const stage = await createStage(build);
      try {
        const server = stage.start(['serve', 'prod']);
        await server.until(/TOKEN='.*\n/);
        const variables = exported(server.output());
        const clients = Array.from({ length: PROCESSES }, () => askForSeconds(SECONDS, 50, variables));
        setTimeout(() => stage.passTime(65 * 60_000), (SECONDS * 1000) / 2);
        const all = (await Promise.all(clients)).flat();
        assert.ok(all.length > PROCESSES * SECONDS * 10, `only ${all.length} requests`);
        const bad = all.filter((answer) => answer.status !== 200);
        assert.deepEqual(bad.slice(0, 3), []);
        // Each set was good when it was given.
        const keys = new Set(all.map((answer) => answer.accessKeyId));
        assert.equal(keys.size, 2);
        for (const { at, expiration } of all)
          assert.ok(Date.parse(expiration) > at, 'ended before it was given');
        assert.equal(stage.aws.calls.count('AssumeRole'), 2);
        server.child.kill('SIGINT');
        await server.ended;
      } finally {
        await stage.dispose();
      }
    });
  });
}
