// The editor of ~/.aws files beside text that is not its affair, whatever that text is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { removeProfileKeys, setProfileKeys } from '../../src/core/config/edit.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/fuzz.ts';

const line = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 20 }).map((text) => `key = ${text.replaceAll(/[\r\n]/g, '')}`),
  fc.string({ unit: codePoint, maxLength: 20 }).map((text) => `# ${text.replaceAll(/[\r\n]/g, '')}`),
  fc.constantFrom('', '  ', 's3 =', '  nested = 1', 'aws_secret_access_key = other', ';', '\t# x'),
);
const section = fc
  .record({
    header: fc.constantFrom(
      '[profile b]',
      '[default]',
      '[sso-session a]',
      '[services a]',
      '[a]',
      '[profile "a b"]',
    ),
    lines: fc.array(line, { maxLength: 6 }),
  })
  .map(({ header, lines }): string[] => [[header], lines].flat());
const others = fc.array(section, { maxLength: 3 }).map((all) => all.flat());
const own = fc.array(fc.constantFrom('k = 1', 'l = 2', 'K: 3', '  deep = 4', '', '# c'), { maxLength: 5 });
const file = fc.record({ before: others, own, after: others, eol: fc.constantFrom('\n', '\r\n') });

function written(lines: readonly string[], eol: string): string {
  return lines.map((one) => one + eol).join('');
}

test('the sections before and after the profile stay to the character', () => {
  fc.assert(
    fc.property(
      file,
      fc.constantFrom('k', 'fresh'),
      fc.boolean(),
      ({ before, own: mine, after, eol }, key, sets) => {
        const [head, tail] = [written(before, eol), written(after, eol)];
        const text = head + written(['[profile a]', ...mine], eol) + tail;
        const edited = sets
          ? setProfileKeys(text, 'a', 'config', [[key, 'value']])
          : removeProfileKeys(text, 'a', 'config', [key]);
        assert.ok(edited.startsWith(`${head}[profile a]${eol}`), JSON.stringify([text, edited]));
        assert.ok(edited.endsWith(tail), JSON.stringify([text, edited]));
        if (sets) assert.match(edited, /^[ \t]*(?:k|K|fresh) ?[=:] ?value/m);
      },
    ),
    runs(1000),
  );
});
