import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { removeProfileKeys, setProfileKeys } from '../../../../src/core/config/edit.ts';
import type { ConfigFileKind } from '../../../../src/core/config/sections.ts';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { runs } from '../../../support/fuzz.ts';

type Values = Map<string, Map<string, unknown>>;

function read(text: string, kind: ConfigFileKind): Values {
  const [config, credentials] = kind === 'config' ? [text, ''] : ['', text];
  const parsed = parseAwsConfig({ config, credentials, configPath: '/c', credentialsPath: '/d' });
  const profiles: Values = new Map();
  for (const name of parsed.profileNames()) {
    const profile = parsed.profile(name);
    const keys = [...(profile?.keys() ?? [])];
    profiles.set(name, new Map(keys.map((key) => [key, profile?.nested(key) ?? profile?.get(key)])));
  }
  return profiles;
}

/** Skips the few texts that are no valid file, such as nested lines that are not keys. */
function readable(text: string, kind: ConfigFileKind): Values {
  try {
    return read(text, kind);
  } catch {
    fc.pre(false);
    throw new Error('not reached');
  }
}

describe('setProfileKeys', () => {
  const region: ReadonlyArray<[string, string]> = [['region', 'new']];
  for (const [what, before, after] of [
    ['begins an empty file', '', '[profile a]\nregion = new\n'],
    ['keeps a byte order mark', '\uFEFF', '\uFEFF[profile a]\nregion = new\n'],
    ['puts a blank line before a new section', '[default]\n', '[default]\n\n[profile a]\nregion = new\n'],
    ['ends an open line first', '[default]', '[default]\n\n[profile a]\nregion = new\n'],
    ['adds no second blank line', '[default]\n \t\n', '[default]\n \t\n[profile a]\nregion = new\n'],
    ['keeps CRLF', '# c\r\n', '# c\r\n\r\n[profile a]\r\nregion = new\r\n'],
    ['keeps CR', '# c\r', '# c\r\r[profile a]\rregion = new\r'],
    ['fills an empty section', '[profile a]\n# c\n[x]\n', '[profile a]\nregion = new\n# c\n[x]\n'],
    ['fills a section at an open end', '[profile a]', '[profile a]\nregion = new\n'],
    [
      'adds below the last key',
      '[profile a]\nb = c\n\n# d\n[x]\n',
      '[profile a]\nb = c\nregion = new\n\n# d\n[x]\n',
    ],
    [
      'adds below nested keys',
      '[profile a]\ns3 =\n  b = c\n\n  d = e\n',
      '[profile a]\ns3 =\n  b = c\n\n  d = e\nregion = new\n',
    ],
    ['adds below an open last line', '[profile a]\r\nb = c', '[profile a]\r\nb = c\r\nregion = new\r\n'],
    ['indents as the last key', '[profile a]\n\tb = c\n', '[profile a]\n\tb = c\n\tregion = new\n'],
    [
      'indents as the next header',
      '[profile a]\n  [profile b]\n',
      '[profile a]\n  region = new\n  [profile b]\n',
    ],
    [
      'replaces a value only',
      '[profile a]\nregion\t=  old \t# why\nb=c\n',
      '[profile a]\nregion\t=  new \t# why\nb=c\n',
    ],
    ['replaces a value at an open end', '[profile a]\nREGION:old', '[profile a]\nREGION:new'],
    [
      'replaces the value that counts',
      '[profile a]\nregion=1\nregion=2\n',
      '[profile a]\nregion=1\nregion=new\n',
    ],
    [
      'replaces in the section that counts',
      '[profile a]\nregion=1\n[profile "a"]\n',
      '[profile a]\nregion=new\n[profile "a"]\n',
    ],
    [
      'replaces in [profile default] only',
      '[profile a]\n[default]\n',
      '[profile a]\nregion = new\n[default]\n',
    ],
    ['fills an empty value', '[profile a]\nregion =\n', '[profile a]\nregion = new\n'],
    ['fills a tight empty value', '[profile a]\nregion=\n', '[profile a]\nregion=new\n'],
    ['fills before a comment', '[profile a]\nregion = # c\n', '[profile a]\nregion = new # c\n'],
    [
      'replaces a value of several lines',
      '[profile a]\nregion = 1\n  2\n  # c\n  3\nb=c\n',
      '[profile a]\nregion = new\n  # c\nb=c\n',
    ],
    ['changes nothing that is as wanted', '[profile a]\nregion=new # c\n', '[profile a]\nregion=new # c\n'],
    ['takes a quoted header for its name', "[profile 'a']\n", "[profile 'a']\nregion = new\n"],
  ] as const) {
    test(what, () => {
      assert.equal(setProfileKeys(before, 'a', 'config', region), after);
    });
  }

  test('default, in the section that is read', () => {
    assert.equal(setProfileKeys('', 'default', 'config', region), '[default]\nregion = new\n');
    assert.equal(
      setProfileKeys('[profile default]\n[default]\nregion = x\n', 'default', 'config', region),
      '[profile default]\nregion = new\n[default]\nregion = x\n',
    );
  });

  test('the credentials file has bare names', () => {
    assert.equal(
      setProfileKeys('[a]\nx = y\n', 'a b', 'credentials', [['credential_process', "sh -c 'a b'"]]),
      "[a]\nx = y\n\n[a b]\ncredential_process = sh -c 'a b'\n",
    );
  });

  for (const [name, header] of [
    ['a b', '[profile "a b"]'],
    ['a"b', '[profile "a\\"b"]'],
    ["bob's", '[profile "bob\'s"]'],
    ['a\\b', '[profile "a\\\\b"]'],
    [' a', '[profile " a"]'],
    ['a]b', '[profile a]b]'],
  ] as const) {
    test(`the name ${name} is written as ${header}`, () => {
      const text = setProfileKeys('', name, 'config', region);
      assert.equal(text, `${header}\nregion = new\n`);
      assert.equal(read(text, 'config').get(name)?.get('region'), 'new');
    });
  }

  for (const name of ['', 'a\nb', 'a\r[default]', 'a\0', 'a\u001B[31m', 'a\u2028b', '\uD800', 'x] # y']) {
    test(`the name ${JSON.stringify(name)} is refused`, () => {
      assert.throws(() => setProfileKeys('', name, 'config', region), { kind: 'usage' });
      assert.throws(() => setProfileKeys('', name, 'credentials', region), { kind: 'usage' });
    });
  }

  for (const [key, value] of [
    ['k', ''],
    ['k', ' v'],
    ['k', 'v '],
    ['k', 'a\n[default]'],
    ['k', 'a\rb'],
    ['k', 'a\tb'],
    ['k', 'a # b'],
    ['k', '#b'],
    ['k', 'a\u0085b'],
    ['', 'v'],
    ['a=b', 'v'],
    ['[a]', 'v'],
    ['#k', 'v'],
    ['k\nl', 'v'],
  ] as const) {
    test(`${JSON.stringify(key)} = ${JSON.stringify(value)} is refused, and not shown`, () => {
      assert.throws(
        () => setProfileKeys('', 'a', 'config', [[key, value]]),
        (error: Error & { kind: string }) =>
          error.kind === 'usage' && (value.length < 3 || !error.message.includes(value)),
      );
    });
  }
});

describe('removeProfileKeys', () => {
  for (const [what, before, after] of [
    [
      'removes the line and no other',
      '# k\n[profile a]\nk = 1 # c\n# k\nl = 2\n',
      '# k\n[profile a]\n# k\nl = 2\n',
    ],
    [
      'removes every occurrence',
      '[profile a]\nk=1\nK = 2\n[profile b]\nk=3\n[profile a]\nk=4\n',
      '[profile a]\n[profile b]\nk=3\n[profile a]\n',
    ],
    [
      'removes nested lines',
      '[profile a]\nk =\n  b = c\n\n  # d\n  e = f\nl = 2\n',
      '[profile a]\n\n  # d\nl = 2\n',
    ],
    ['removes an open last line', '[profile a]\r\nl = 2\r\nk = 1', '[profile a]\r\nl = 2\r\n'],
    ['leaves a file without it alone', '\uFEFF[profile a]\rl = 1\n\r\nx', '\uFEFF[profile a]\rl = 1\n\r\nx'],
  ] as const) {
    test(what, () => {
      assert.equal(removeProfileKeys(before, 'a', 'config', ['K']), after);
    });
  }

  test('default goes from both of its sections, so that no secret stays in the hidden one', () => {
    assert.equal(
      removeProfileKeys('[default]\nk=1\n[profile default]\nk=2\n', 'default', 'config', ['k']),
      '[default]\n[profile default]\n',
    );
  });
});

describe('properties', () => {
  const line = fc.constantFrom(
    'k = 1',
    'K=2 # c',
    '  k = 3',
    's3 =',
    '  n = 4',
    '    o = 5',
    'l: 6',
    'k =',
    '',
    '  ',
    '# c',
    '  ; d',
    '[profile a]',
    '[default]',
    '[profile default]',
    '  [profile a]',
    '[a]',
    '[x] # y',
    '[profile "b c"]',
  );
  const file = fc
    .record({
      mark: fc.constantFrom('', '\uFEFF'),
      eol: fc.constantFrom('\n', '\r\n', '\r'),
      lines: fc.array(line, { maxLength: 14 }),
      open: fc.boolean(),
    })
    .map(({ mark, eol, lines, open }) => mark + ['[x]', ...lines].join(eol) + (open ? '' : eol));
  const name = fc.constantFrom('a', 'default', 'b c', 'new');
  const kind = fc.constantFrom('config', 'credentials');
  const key = fc.constantFrom('k', 'l', 's3', 'fresh');
  const value = fc.constantFrom('v', 'a=b', 'x#y', '[z]');

  test('after a set, the file says what it said and the change, and a second set changes nothing', () => {
    fc.assert(
      fc.property(
        file,
        name,
        kind,
        fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k }),
        (text, profile, of, keys) => {
          const expected = readable(text, of);
          const edited = setProfileKeys(text, profile, of, keys);
          const values = expected.get(profile) ?? new Map<string, unknown>();
          for (const [k, v] of keys) values.set(k, v);
          expected.set(profile, values);
          assert.deepEqual(read(edited, of), expected);
          assert.equal(setProfileKeys(edited, profile, of, keys), edited);
        },
      ),
      runs(1000),
    );
  });

  test('a set of a missing key only inserts, one line where the last line was closed', () => {
    fc.assert(
      fc.property(file, kind, (text, of) => {
        const edited = setProfileKeys(text, 'a', of, [['fresh', 'v']]);
        const at = edited.search(/[ ]*fresh = v/);
        const rest = /fresh = v(?:\r\n?|\n)/.exec(edited)?.[0].length ?? 0;
        const indent = edited.indexOf('fresh') - at;
        const without = edited.slice(0, at) + edited.slice(at + indent + rest);
        assert.ok(without === text || without.startsWith(text.trimEnd()), JSON.stringify([text, edited]));
      }),
    );
  });

  test('a removal drops whole lines, and the file says all else that it said', () => {
    fc.assert(
      fc.property(file, name, kind, fc.uniqueArray(key), (text, profile, of, keys) => {
        const expected = readable(text, of);
        const edited = removeProfileKeys(text, profile, of, keys);
        for (const k of keys) expected.get(profile)?.delete(k);
        assert.deepEqual(read(edited, of), expected);
        const left = linesOf(edited);
        for (const kept of linesOf(text)) if (kept === left[0]) left.shift();
        assert.deepEqual(left, []);
      }),
      runs(1000),
    );
  });
});

function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$/g) ?? [];
}
