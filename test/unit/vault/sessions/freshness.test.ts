import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { minTtlRule } from '../../../../src/core/renewal-rule.ts';
import type { RenewalRule } from '../../../../src/core/renewal-rule.ts';
import { freshnessOf } from '../../../../src/vault/sessions/freshness.ts';
import type { SessionHeader } from '../../../../src/vault/sessions/session-header.ts';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60;

const ruleOf = (minTtl: number | undefined): RenewalRule | undefined =>
  minTtl === undefined ? undefined : minTtlRule(minTtl);

function header(left: number, granted: number | null): SessionHeader {
  return {
    version: 1,
    profile: 'dev',
    kind: 'session-token',
    account: null,
    roleArn: null,
    expiresAt: new Date(NOW + left * 1000).toISOString(),
    madeAt: '2026-11-20T08:00:00.000Z',
    grantedSeconds: granted,
    root: '',
  };
}

describe('what is left of a session', () => {
  for (const [what, left, granted, minTtl, unseen, prompt] of [
    ['all of twelve hours', 43_200, 43_200, undefined, true, true],
    ['15 minutes of twelve hours', 15 * MINUTE, 43_200, undefined, true, true],
    ['a second less', 15 * MINUTE - 1, 43_200, undefined, false, true],
    ['5 minutes', 5 * MINUTE, 43_200, undefined, false, true],
    ['a second less than that', 5 * MINUTE - 1, 43_200, undefined, false, false],
    ['a quarter of 15 minutes', 225, 900, undefined, true, false],
    ['a second less than a quarter', 224, 900, undefined, false, false],
    ['a quarter of half an hour', 450, 1800, undefined, true, true],
    ['15 minutes of one hour, where both limits meet', 900, 3600, undefined, true, true],
    ['a minute, with --min-ttl of a minute', 60, 3600, 60, true, true],
    ['a second less', 59, 3600, 60, false, false],
    ['half an hour, with --min-ttl of an hour', 1800, 43_200, 3600, false, false],
    ['a second, with --min-ttl 0', 1, 3600, 0, true, true],
    ['nothing, with --min-ttl 0', 0, 3600, 0, false, false],
    ['less than nothing', -1, 3600, undefined, false, false],
    ['10 minutes of an unknown life', 600, null, undefined, true, true],
  ] as const) {
    it(`${what}: ${unseen ? 'kept' : 'renewed'} unseen, ${prompt ? 'kept' : 'renewed'} with a prompt`, () => {
      assert.partialDeepStrictEqual(freshnessOf(header(left, granted), NOW, ruleOf(minTtl)), {
        freshIfSilent: unseen,
        freshIfPrompted: prompt,
        alive: left > 0,
      });
    });
  }

  it('is good in either case until the earlier limit', () => {
    const seconds = fc.integer({ min: 0, max: 129_600 });
    fc.assert(
      fc.property(seconds, seconds, fc.option(seconds, { nil: undefined }), (left, granted, minTtl) => {
        const session = header(left, granted);
        const { freshUntil } = freshnessOf(session, NOW, ruleOf(minTtl));
        for (const [now, good] of [
          [freshUntil, true],
          [freshUntil + 1, false],
        ] as const) {
          const { alive, freshIfSilent, freshIfPrompted } = freshnessOf(session, now, ruleOf(minTtl));
          assert.equal(alive && freshIfSilent && freshIfPrompted, alive && good);
        }
      }),
    );
  });

  it('does not matter where there is no end', () => {
    const endless = { ...header(0, null), expiresAt: null };
    assert.deepEqual(freshnessOf(endless, NOW, minTtlRule(3600)), {
      freshIfSilent: true,
      freshIfPrompted: true,
      alive: true,
      freshUntil: Number.POSITIVE_INFINITY,
    });
  });

  it('is nothing where the end is no date', () => {
    const broken = { ...header(0, 3600), expiresAt: 'soon' };
    assert.deepEqual(freshnessOf(broken, NOW, minTtlRule(0)), {
      freshIfSilent: false,
      freshIfPrompted: false,
      alive: false,
      freshUntil: Number.NaN,
    });
  });

  it('never counts as good once it has ended, and only gets worse with time', () => {
    const seconds = fc.integer({ min: 0, max: 129_600 });
    fc.assert(
      fc.property(
        seconds,
        seconds,
        seconds,
        fc.option(seconds, { nil: undefined }),
        (left, granted, later, min) => {
          const now = freshnessOf(header(left, granted), NOW, ruleOf(min));
          const then = freshnessOf(header(left, granted), NOW + later * 1000, ruleOf(min));
          assert.ok(now.alive || (!now.freshIfSilent && !now.freshIfPrompted));
          for (const name of ['freshIfSilent', 'freshIfPrompted', 'alive'] as const)
            assert.ok(now[name] || !then[name]);
        },
      ),
    );
  });
});
