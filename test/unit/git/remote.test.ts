import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remoteArguments } from '../../../src/git/remote.ts';
import { cliError } from '../../support/files.ts';

test('git names the remote and its URL', () => {
  assert.deepEqual(remoteArguments(['origin', 'codecommit://R']), { name: 'origin', url: 'codecommit://R' });
});

for (const [words, message] of [
  [[], /^too few arguments/],
  [['origin'], /^too few arguments/],
  [['origin', 'codecommit://R', 'more'], /^too many arguments/],
  [['origin', 'codecommit://R', 'more', 'and more'], /^too many arguments/],
] as const) {
  test(`${words.length} words are refused`, () => {
    assert.throws(() => remoteArguments(words), cliError('usage', message, /git runs git-remote-codecommit/));
  });
}
