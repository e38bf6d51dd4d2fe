import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { minTtlRule, USUAL_RULE, withFloor } from '../../../src/core/renewal-rule.ts';

describe('when credentials are renewed', () => {
  // Seconds of life granted, and how many must be left.
  for (const [granted, usual, floored] of [
    [0, 0, 0],
    [60, 15, 45],
    [900, 225, 360],
    [720, 180, 360],
    [3600, 900, 900],
    [43_200, 900, 900],
  ] as const) {
    it(`of ${granted} s: with ${usual} s left, and with a floor of 360 s with ${floored} s`, () => {
      assert.equal(USUAL_RULE.silentSeconds(granted), usual);
      assert.equal(withFloor(USUAL_RULE, 360).silentSeconds(granted), floored);
    });
  }

  it('a person is asked later, but not below the floor', () => {
    assert.equal(USUAL_RULE.promptSeconds, 300);
    assert.equal(withFloor(USUAL_RULE, 360).promptSeconds, 360);
    assert.equal(withFloor(minTtlRule(600), 360).promptSeconds, 600);
    assert.equal(withFloor(minTtlRule(1), 90).promptSeconds, 90);
  });

  it('--min-ttl counts whatever was granted', () => {
    for (const granted of [0, 900, 43_200]) assert.equal(minTtlRule(1800).silentSeconds(granted), 1800);
  });
});
