import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { closest, nearest } from '../../../src/core/suggest.ts';

describe('the nearest word', () => {
  for (const [word, candidates, wanted] of [
    ['prdo', ['dev', 'prod'], 'prod'],
    ['prod', ['prod-admin', 'prodd'], 'prodd'],
    ['producton', ['staging', 'production'], 'production'],
    ['xyz', ['dev', 'prod'], undefined],
    ['p', ['q'], 'q'],
    ['dev', [], undefined],
    ['', ['a'], 'a'],
    ['admin', ['prod'], undefined],
  ] as const) {
    it(`for ${JSON.stringify(word)} among ${JSON.stringify(candidates)} is ${wanted ?? 'none'}`, () => {
      assert.equal(closest(word, candidates), wanted);
    });
  }

  it('is the word itself where it is there', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (word, others) => {
        assert.equal(closest(word, [...others, word]), word);
      }),
    );
  });

  it('is found with any two neighbours swapped', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12}$/), fc.nat(), (word, at) => {
        const index = at % (word.length - 1);
        const swapped = `${word.slice(0, index)}${word[index + 1]}${word[index]}${word.slice(index + 2)}`;
        assert.equal(closest(swapped, [word]), word);
      }),
    );
  });

  it('is one of the candidates', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (word, candidates) => {
        const found = closest(word, candidates);
        assert.ok(found === undefined || candidates.includes(found));
      }),
    );
  });

  it('comes with the next nearest, as many as asked for', () => {
    const hundreds = Array.from({ length: 300 }, (_, index) => `team-${index}`);
    assert.deepEqual(nearest('prdo', ['prod', 'pro', 'dev', 'prdo1'], 5), ['prod', 'pro', 'prdo1']);
    assert.equal(nearest('team-x', hundreds, 5).length, 5);
    assert.deepEqual(nearest('other', hundreds, 5), []);
  });
});
