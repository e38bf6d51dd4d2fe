import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { byUse, readHistory, withUse } from '../../../../src/core/rows/history.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T00:00:00Z');

/** The history after uses, each so many days before NOW. */
function historyOf(uses: readonly (readonly [profile: string, daysAgo: number])[]): string {
  let text: string | undefined;
  for (const [profile, daysAgo] of uses) text = withUse(text, profile, NOW - daysAgo * DAY);
  return text ?? '';
}

const order = (text: string, names: readonly string[]): readonly string[] =>
  byUse(names, (name) => name, readHistory(text), NOW);

describe('the history of uses', () => {
  it('puts the last one first, then the most used, then those never used in their order', () => {
    const often = Array.from({ length: 5 }, () => ['often', 2] as const);
    const text = historyOf([['once', 3], ...often, ['last', 1]]);
    assert.deepEqual(order(text, ['z', 'once', 'a', 'often', 'last']), ['last', 'often', 'once', 'z', 'a']);
  });

  it('lets old uses count for less', () => {
    const old = Array.from({ length: 8 }, () => ['old', 60] as const);
    const text = historyOf([...old, ['recent', 2], ['recent', 2], ['last', 1]]);
    assert.deepEqual(order(text, ['old', 'recent', 'last']), ['last', 'recent', 'old']);
  });

  it('keeps names that objects have of their own', () => {
    const text = historyOf([
      ['__proto__', 2],
      ['constructor', 1],
    ]);
    assert.deepEqual([...readHistory(text).keys()].toSorted(), ['__proto__', 'constructor']);
  });

  for (const text of [undefined, '', 'no JSON', '[]', '{"version":2,"profiles":{"a":{"uses":1}}}']) {
    it(`takes ${text} for none`, () => assert.equal(readHistory(text).size, 0));
  }

  it('passes over entries that are none', () => {
    const profiles = { a: null, b: { uses: 'x' }, c: { uses: 1, lastUsedAt: 'never' }, d: { uses: -1 } };
    assert.equal(readHistory(JSON.stringify({ version: 1, profiles })).size, 0);
  });

  it('stays small', () => {
    let text: string | undefined;
    for (let n = 0; n < 600; n++) text = withUse(text, `p${n}`, NOW + n);
    const kept = readHistory(text);
    assert.equal(kept.size, 500);
    assert.ok(kept.has('p599') && !kept.has('p0'));
  });

  it('orders every profile once, whatever the history', () => {
    const names = fc.uniqueArray(fc.string(), { maxLength: 8 });
    fc.assert(
      fc.property(names, fc.array(fc.tuple(fc.string(), fc.nat(100)), { maxLength: 8 }), (all, uses) => {
        const ordered = order(historyOf(uses), all);
        assert.deepEqual([...ordered].toSorted(), [...all].toSorted());
      }),
    );
  });
});
