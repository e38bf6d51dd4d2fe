import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Credentials } from '../../../src/core/credentials.ts';
import { CliError } from '../../../src/core/errors.ts';
import { Secret } from '../../../src/core/secret.ts';
import { minTtlRule } from '../../../src/core/renewal-rule.ts';
import { Renewal } from '../../../src/servers/renewal.ts';
import type { RenewalOptions } from '../../../src/servers/renewal.ts';
import { ruleOfEndpoint } from '../../../src/servers/renewal-rules.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A clock that is moved by hand, and a source that counts and can fail. */
function bench(lifeMs = HOUR, options: Pick<RenewalOptions, 'rule' | 'waitMilliseconds'> = {}) {
  const state = {
    now: 1_800_000_000_000,
    made: 0,
    running: 0,
    fails: undefined as Error | undefined,
    failures: [] as unknown[],
    hold: undefined as Promise<void> | undefined,
    lifeMs,
  };
  const next = (): Credentials => {
    state.made += 1;
    return {
      accessKeyId: `ASIA${state.made}`,
      secretAccessKey: new Secret('made-up'),
      sessionToken: new Secret('made-up'),
      ...(state.lifeMs === Infinity ? {} : { expiresAt: state.now + state.lifeMs }),
    };
  };
  const renewal = new Renewal({
    clock: { now: () => state.now, sleep: async () => {} },
    first: next(),
    onFailure: (error) => state.failures.push(error),
    ...options,
    make: async () => {
      state.running += 1;
      assert.equal(state.running, 1, 'two renewals at once');
      try {
        await state.hold;
        if (state.fails !== undefined) throw state.fails;
        return next();
      } finally {
        state.running -= 1;
      }
    },
  });
  return { state, renewal };
}

/** Lets what runs beside an answer come to its end. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('renewal', () => {
  it('hands out what there is until a quarter of an hour before its end', async () => {
    const { state, renewal } = bench();
    state.now += 44 * MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    await settled();
    assert.equal(state.made, 1);
  });

  it('then makes new ones beside the answer, and nobody waits', async () => {
    const { state, renewal } = bench();
    const { promise, resolve } = Promise.withResolvers<void>();
    state.hold = promise;
    state.now += 46 * MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    resolve();
    await settled();
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA2');
    assert.equal(state.made, 2);
  });

  it('for short ones with a quarter of their life left', async () => {
    const { state, renewal } = bench(15 * MINUTE);
    // What there is at the start may be the rest of something longer: the cache is asked.
    state.now += 1000;
    await renewal.credentials();
    await settled();
    assert.equal(state.made, 2);
    state.now += 11 * MINUTE;
    await renewal.credentials();
    await settled();
    assert.equal(state.made, 2);
    state.now += MINUTE;
    await renewal.credentials();
    await settled();
    assert.equal(state.made, 3);
  });

  it('with --min-ttl when less than that is left, and not with every request when it never is', async () => {
    const early = bench(HOUR, { rule: minTtlRule(59 * 60) });
    early.state.now += 30_000;
    await early.renewal.credentials();
    await settled();
    assert.equal(early.state.made, 1);
    early.state.now += 31_000;
    await early.renewal.credentials();
    await settled();
    assert.equal(early.state.made, 2);

    const always = bench(HOUR, { rule: minTtlRule(2 * 60 * 60) });
    for (let second = 0; second < 10; second += 1) {
      await always.renewal.credentials();
      await settled();
    }
    assert.equal(always.state.made, 2);
  });

  it('all who come after the end wait for the same one', async () => {
    const { state, renewal } = bench();
    state.now += 2 * HOUR;
    const all = await Promise.all(Array.from({ length: 50 }, () => renewal.credentials()));
    assert.deepEqual(new Set(all.map((one) => one.accessKeyId)), new Set(['ASIA2']));
    assert.equal(state.made, 2);
  });

  it('a failure costs nobody good credentials, and is told once', async () => {
    const { state, renewal } = bench();
    state.fails = new CliError('aws', 'AWS is away', { code: 'network' });
    state.now += 46 * MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    await settled();
    assert.equal(state.failures.length, 1);
    // Not at every request.
    await renewal.credentials();
    await settled();
    assert.equal(state.failures.length, 1);
    state.now += 20_000;
    state.fails = undefined;
    await renewal.credentials();
    await settled();
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA2');
  });

  it('in the last minute an error, not what is about to end', async () => {
    const { state, renewal } = bench();
    state.fails = new CliError('aws', 'AWS is away', { code: 'network' });
    state.now += 59 * MINUTE + 1;
    await assert.rejects(renewal.credentials(), state.fails);
    state.now += 5000;
    // The last error again, without asking AWS at every request.
    const asked = state.failures.length;
    await assert.rejects(renewal.credentials(), state.fails);
    assert.equal(state.failures.length, asked);
    state.now += 15_000;
    state.fails = undefined;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA2');
  });

  it('takes no credentials that are about to end for renewed', async () => {
    const { state, renewal } = bench();
    state.lifeMs = 30_000;
    state.now += 2 * HOUR;
    await assert.rejects(renewal.credentials(), { code: 'ended' });
  });

  it('what does not end is never made anew', async () => {
    const { state, renewal } = bench(Infinity);
    state.now += 1000 * HOUR;
    await renewal.credentials();
    await settled();
    assert.equal(state.made, 1);
  });

  it('where a request waits for a renewal that is due, it gets the new ones', async () => {
    const { state, renewal } = bench(HOUR, {
      rule: ruleOfEndpoint('imds', undefined),
      waitMilliseconds: 5000,
    });
    state.now += 33 * MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    state.now += 2 * MINUTE;
    const all = await Promise.all(Array.from({ length: 20 }, () => renewal.credentials()));
    assert.deepEqual(new Set(all.map((one) => one.accessKeyId)), new Set(['ASIA2']));
    assert.equal(state.made, 2);
  });

  it('and the old ones when that takes too long or fails', async () => {
    const { state, renewal } = bench(HOUR, { rule: ruleOfEndpoint('imds', undefined), waitMilliseconds: 10 });
    const { promise, resolve } = Promise.withResolvers<void>();
    state.hold = promise;
    state.now += 40 * MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    state.fails = new CliError('aws', 'AWS is away', { code: 'network' });
    resolve();
    await settled();
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    state.now += MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    state.fails = undefined;
    state.now += MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA2');
  });

  it('with --min-ttl of a second the container endpoint still renews before the last minute', async () => {
    const { state, renewal } = bench(HOUR, { rule: ruleOfEndpoint('ecs', minTtlRule(1)) });
    state.now += 58 * MINUTE;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    await settled();
    assert.equal(state.made, 1);
    state.now += 45_000;
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA1');
    await settled();
    assert.equal((await renewal.credentials()).accessKeyId, 'ASIA2');
  });

  it('a client that keeps them as botocore does never signs with dead ones', async () => {
    const plan = fc.record({
      life: fc.constantFrom(15, 20, 60, 720),
      steps: fc.array(
        fc.record({
          seconds: fc.integer({ min: 1, max: 5400 }),
          who: fc.nat({ max: 3 }),
          window: fc.integer({ min: 1020, max: 1500 }),
        }),
        { maxLength: 60 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ life, steps }) => {
        const options = { rule: ruleOfEndpoint('imds', undefined), waitMilliseconds: 5000 };
        const { state, renewal } = bench(life * MINUTE, options);
        const held = new Map<number, { readonly end: number; readonly believed: number }>();
        for (const { seconds, who, window } of steps) {
          state.now += seconds * 1000;
          const has = held.get(who);
          if (has === undefined || has.believed - state.now < 15 * MINUTE) {
            const end = (await renewal.credentials()).expiresAt ?? Infinity;
            held.set(who, {
              end,
              believed: Math.max(end, end - state.now <= window * 1000 ? state.now + window * 1000 : end),
            });
          }
          assert.ok(
            (held.get(who)?.end ?? 0) > state.now,
            `dead by ${state.now - (held.get(who)?.end ?? 0)} ms`,
          );
        }
      }),
    );
  });

  it('whatever happens, no answer has less than a minute left', async () => {
    const step = fc.record({
      minutes: fc.nat({ max: 70 }),
      fails: fc.boolean(),
      life: fc.integer({ min: 1, max: 90 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { state, renewal } = bench();
        for (const { minutes, fails, life } of steps) {
          state.now += minutes * MINUTE;
          state.lifeMs = life * MINUTE;
          state.fails = fails ? new CliError('aws', 'AWS is away') : undefined;
          const got = await renewal.credentials().catch(() => undefined);
          await settled();
          if (got !== undefined) assert.ok((got.expiresAt ?? 0) - state.now > MINUTE);
        }
      }),
    );
  });
});
