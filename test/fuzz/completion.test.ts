// What completion proposes to each shell, for any words typed and any names in the files.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { completionLines } from '../../src/cli/completion/complete.ts';
import type { Lookup } from '../../src/cli/completion/propose.ts';
import { commands } from '../../src/spec/commands.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/fuzz.ts';
import { requires } from '../support/requires.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccvault-completion-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const verb = fc.constantFrom(...Object.keys(commands).flatMap((name) => name.split(' ')));
const word = fc.oneof(
  verb,
  fc.constantFrom(
    '--',
    '-',
    '--profile',
    '--region=',
    '--duration',
    '-d',
    '-nd',
    '=',
    ':',
    'help',
    '',
    '"',
    "'a",
    '\\',
  ),
  fc.string({ unit: codePoint, maxLength: 6 }),
);
const hostile = fc.constantFrom(
  '$(touch pwned)',
  '`touch pwned`',
  "';touch pwned;'",
  'a b',
  '*',
  '~',
  '!',
  '$HOME',
  '\\',
  '"',
  "'",
);
const name = fc
  .array(fc.oneof(hostile, fc.stringMatching(/^[ -~]{1,4}$/)), { minLength: 1, maxLength: 3 })
  .map((all) => all.join(''));

test('any words have an answer: one directive, then lines', () => {
  const shell = fc.constantFrom('bash', 'zsh', 'fish', 'powershell');
  fc.assert(
    fc.property(
      shell,
      fc.array(word, { minLength: 1, maxLength: 7 }),
      fc.array(name, { maxLength: 3 }),
      (which, words, names) => {
        const [directive = '', ...values] = completionLines(which, words, lookupOf(names));
        assert.match(directive, /^:(?:none|files|directories|commands|command \d+)$/);
        for (const value of values) assert.doesNotMatch(value, /[\r\n\0]/);
      },
    ),
    runs(3000),
  );
});

test('bash makes of a proposal the name that was meant, and runs nothing', { skip: requires('bash') }, () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 30, maxLength: 30 }), (names) => {
      const [, ...offered] = completionLines('bash', ['exec', ''], lookupOf(names));
      assert.equal(offered.length, names.length);
      const text = offered.map((value) => `printf '%s\\n' ${value}\n`).join('');
      const { stdout } = spawnSync('bash', ['-c', text], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: '/home/of/nobody' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      assert.deepEqual(stdout.split('\n').slice(0, -1), names);
      assert.deepEqual(readdirSync(folder), []);
    }),
    runs(30),
  );
});

function lookupOf(profiles: readonly string[]): Lookup {
  return (what) => (what === 'profiles' ? profiles : [what]);
}
