import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { ProfileView } from '../../../../src/core/config/profile-view.ts';
import { sessionTagsOf, transitiveTagKeysOf } from '../../../../src/core/plan/session-tags.ts';
import { cliError } from '../../../support/files.ts';

function view(keys: Readonly<Record<string, string>>): ProfileView {
  return {
    name: 'prod',
    get: (key) => keys[key],
    nested: () => undefined,
    keys: () => [],
    staticKeys: () => undefined,
    sessionToken: () => undefined,
    pathOf: () => '/c',
  };
}

const tags = (text: string): unknown => sessionTagsOf(view({ session_tags: text }));

describe('session_tags', () => {
  it('is a list of key=value', () => {
    assert.deepEqual(tags('team=web, stage = prod'), [
      { key: 'team', value: 'web' },
      { key: 'stage', value: 'prod' },
    ]);
    assert.deepEqual(tags('url=a=b=c'), [{ key: 'url', value: 'a=b=c' }]);
    assert.deepEqual(tags('empty='), [{ key: 'empty', value: '' }]);
  });

  it('has no empty entries, wherever a comma stands too many', () => {
    for (const text of ['team=web,', ',team=web', 'team=web, ,', ', ,team=web,,']) {
      assert.deepEqual(tags(text), [{ key: 'team', value: 'web' }]);
    }
    for (const text of ['a,b,', ',a,,b', ' a , , b ']) {
      assert.deepEqual(transitiveTagKeysOf(view({ transitive_session_tags: text })), ['a', 'b']);
    }
    assert.deepEqual(transitiveTagKeysOf(view({ transitive_session_tags: ' , ,' })), []);
  });

  it('is none when it is empty or not there', () => {
    assert.deepEqual(tags(''), []);
    assert.deepEqual(tags(' , ,'), []);
    assert.deepEqual(sessionTagsOf(view({})), []);
  });

  for (const [what, text, words] of [
    ['no value', 'team', /team is not key=value/],
    ['no key', '=web', /is not key=value/],
    ['a key twice, whatever its case', 'team=web,Team=ops', /a key appears twice/],
    ['a long key', `${'k'.repeat(129)}=v`, /longer than 128/],
    ['a long value', `k=${'v'.repeat(257)}`, /value of k is longer than 256/],
    ['too many', Array.from({ length: 51 }, (_, n) => `k${n}=v`).join(','), /more than 50/],
  ] as const) {
    it(`with ${what} is an error that names profile and key`, () => {
      assert.throws(
        () => tags(text),
        cliError('config', /profile prod: session_tags in \/c: /, words, /key1=value1/),
      );
    });
  }

  it('gives back every list that AWS would take', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.:/@+-]{1,20}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ key: word, value: word }, { noNullPrototype: true }), {
          maxLength: 50,
          selector: ({ key }) => key.toLowerCase(),
        }),
        (list) => {
          assert.deepEqual(tags(list.map(({ key, value }) => `${key}=${value}`).join(', ')), list);
        },
      ),
    );
  });
});

describe('transitive_session_tags', () => {
  it('is a list of keys', () => {
    assert.deepEqual(transitiveTagKeysOf(view({ transitive_session_tags: 'team, stage' })), [
      'team',
      'stage',
    ]);
    assert.deepEqual(transitiveTagKeysOf(view({})), []);
    assert.deepEqual(transitiveTagKeysOf(view({ transitive_session_tags: '' })), []);
  });
});
