import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import type { AwsConfig } from '../../../../src/core/config/aws-config.ts';
import { runs } from '../../../support/fuzz.ts';

function parse(config: string, credentials = ''): AwsConfig {
  return parseAwsConfig({ config, credentials, configPath: '/c', credentialsPath: '/d' });
}

/** Everything a config says, for comparing two. */
function dump(config: AwsConfig): unknown {
  return config.profileNames().map((name) => {
    const profile = config.profile(name);
    return [
      name,
      [...(profile?.keys() ?? [])].map((key) => [
        key,
        profile?.get(key),
        profile?.nested(key),
        profile?.origin(key),
      ]),
    ];
  });
}

function outcome(text: string): unknown {
  try {
    return dump(parse(text));
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

describe('section names', () => {
  for (const [header, names] of [
    ['[default]', ['default']],
    ['[ default ]', ['default']],
    ['[profile default]', ['default']],
    ['[profile a]', ['a']],
    ['[ profile   a ]', ['a']],
    ['[profile\ta]', ['a']],
    ['[profile "a b"]', ['a b']],
    ["[profile 'a b']", ['a b']],
    ['[profile a\\ b]', ['a b']],
    ['[profile "a\\"b\\\\c\\d"]', ['a"b\\c\\d']],
    ['[profile "a]b"]', ['a]b']],
    ['[profile "a #b"]', ['a #b']],
    ['[profile a] # and [more]', ['a']],
    ['[profile a] ; more', ['a']],
    ['[profile a]trailing', ['a']],
    ['[profile ünï/c.o+d@e:1]', ['ünï/c.o+d@e:1']],
    ['[profile __proto__]', ['__proto__']],
    ['[profile constructor]', ['constructor']],
    ['[profile toString]', ['toString']],
    // What the AWS CLI passes over is passed over.
    ['[profile a b]', []],
    ["[profile bob's]", []],
    ['[profile ""]', []],
    ['[profile]', []],
    ['[Profile a]', []],
    ['[DEFAULT]', []],
    ['[plugins]', []],
    ['[preview]', []],
    ['[a]', []],
    ['[sso-session a]', []],
    ['[services a]', []],
  ] as const) {
    test(header, () => {
      const parsed = parse(`${header}\nregion = x\n`);
      assert.deepEqual(parsed.profileNames(), names);
      for (const name of names) assert.equal(parsed.profile(name)?.get('region'), 'x');
      // Below another section, where it is found in another way.
      assert.deepEqual(parse(`[plugins]\n${header}\nregion = x\n`).profileNames(), names);
      assert.deepEqual(parse(`[plugins]\n[x]\n  ${header}\n  region = x\n`).profileNames(), names);
    });
  }

  test('names that every object has are not there unless written', () => {
    const parsed = parse('[profile a]\n[sso-session a]\n');
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal(parsed.hasProfile(name), false);
      assert.equal(parsed.profile(name), undefined);
      assert.equal(parsed.section('sso-session', name), undefined);
      assert.equal(parsed.profile('a')?.get(name), undefined);
    }
  });

  test('the credentials file has bare names', () => {
    const parsed = parse('', '[default]\n[a b]\n[ c ]\n[profile d]\n["e"]\n[__proto__]\n');
    assert.deepEqual(parsed.profileNames(), ['default', 'a b', 'c', 'profile d', '"e"', '__proto__']);
  });

  test('profiles come in file order, those of the config file first', () => {
    assert.deepEqual(
      parse('[profile b]\n[default]\n[profile a]\n', '[z]\n[a]\n[default]\n[y]').profileNames(),
      ['b', 'default', 'a', 'z', 'y'],
    );
  });
});

describe('values', () => {
  for (const [line, value] of [
    ['region = x', 'x'],
    ['region=x', 'x'],
    ['region: x', 'x'],
    ['REGION\t=\tx  ', 'x'],
    ['region = a=b=c', 'a=b=c'],
    ['region = https://host:1/#/', 'https://host:1/#/'],
    ['region = a#b;c', 'a#b;c'],
    ['region = x # comment', 'x'],
    ['region = x\t; comment', 'x'],
    ['region = # comment', undefined],
    ['region =', undefined],
    ['region = a\n  b\n\n  c', 'a\nb\n\nc'],
    ['region = a\n# comment\n  # another\n  b', 'a\nb'],
    ['region = a\n  [profile b]', 'a\n[profile b]'],
    ['  region = x\n  output = y', 'x'],
    ['    output = y\n  region = x', 'x'],
    ['region = x\noutput = y\nregion = z', 'z'],
    ['[region = x\nregion = y', 'y'],
  ] as const) {
    test(JSON.stringify(line), () => {
      assert.equal(parse(`[default]\n${line}\n`).profile('default')?.get('region'), value);
      assert.equal(parse(`[default]\n${line}`).profile('default')?.get('region'), value);
      assert.equal(parse('', `[a]\n\n[b]\n# c\n${line}\n`).profile('b')?.get('region'), value);
    });
  }

  test('an empty value counts as not set, but its key was written', () => {
    const profile = parse('[profile a]\nregion = x\n', '[a]\nregion =\n').profile('a');
    assert.equal(profile?.get('region'), 'x');
    assert.equal(profile?.origin('region'), 'config');
    assert.deepEqual([...(parse('[profile a]\nregion =\n').profile('a')?.keys() ?? [])], ['region']);
  });

  test('the credentials file comes first, key by key', () => {
    const profile = parse(
      '[profile a]\nregion = x\naws_access_key_id = config\n',
      '[a]\naws_access_key_id = creds\n',
    ).profile('a');
    assert.equal(profile?.get('aws_access_key_id'), 'creds');
    assert.equal(profile?.origin('aws_access_key_id'), 'credentials');
    assert.equal(profile?.get('region'), 'x');
    assert.equal(profile?.origin('region'), 'config');
    assert.equal(profile?.origin('output'), undefined);
    assert.deepEqual([...(profile?.keys() ?? [])], ['region', 'aws_access_key_id']);
  });

  test('nothing is inherited from [default]', () => {
    assert.equal(parse('[default]\nregion = x\n[profile a]\n').profile('a')?.get('region'), undefined);
  });

  test('[profile default] replaces [default] wherever it stands', () => {
    for (const text of [
      '[default]\nregion = x\noutput = y\n[profile default]\nregion = z\n',
      '[profile default]\nregion = z\n[default]\nregion = x\noutput = y\n',
      '[default]\noutput = y\n[profile default]\nregion = z\n[default]\nregion = x\n',
    ]) {
      const profile = parse(text).profile('default');
      assert.equal(profile?.get('region'), 'z', text);
      assert.equal(profile?.get('output'), undefined, text);
    }
  });

  test('a section written twice is one, the later key winning', () => {
    const profile = parse(
      '[profile a]\nregion = x\noutput = y\n[profile b]\nregion = b\n[profile "a"]\nregion = z\n',
    ).profile('a');
    assert.equal(profile?.get('region'), 'z');
    assert.equal(profile?.get('output'), 'y');
  });

  test('nested keys', () => {
    const parsed = parse(
      '[profile a]\ns3 =\n  Max_Queue = 1\n\n  # comment\n  url = http://x=y # more\nregion = z\n' +
        '[services local]\nsts =\n  endpoint_url = http://127.0.0.1:1\niam =\n  endpoint_url = http://127.0.0.1:2',
    );
    const profile = parsed.profile('a');
    assert.deepEqual(
      [...(profile?.nested('s3') ?? [])],
      [
        ['max_queue', '1'],
        ['url', 'http://x=y # more'],
      ],
    );
    assert.equal(profile?.get('s3'), undefined);
    assert.equal(profile?.nested('region'), undefined);
    assert.equal(profile?.get('region'), 'z');
    assert.equal(profile?.origin('s3'), 'config');
    const services = parsed.section('services', 'local');
    assert.equal(services?.nested('sts')?.get('endpoint_url'), 'http://127.0.0.1:1');
    assert.equal(services?.nested('iam')?.get('endpoint_url'), 'http://127.0.0.1:2');
    assert.equal(parsed.section('services', 'other'), undefined);
    assert.equal(parsed.section('sso-session', 'local'), undefined);
  });

  test('sso sessions', () => {
    const parsed = parse('[sso-session corp]\nsso_region = x\n[sso-session "a b"]\nsso_region = y\n');
    assert.equal(parsed.section('sso-session', 'corp')?.get('sso_region'), 'x');
    assert.equal(parsed.section('sso-session', 'a b')?.get('sso_region'), 'y');
  });

  test('an indented file reads like any other', () => {
    const parsed = parse(
      '  [default]\n  region = x\n  [profile a]\n    region = y\n    output = z\n  [profile b]\n',
    );
    assert.deepEqual(parsed.profileNames(), ['default', 'a', 'b']);
    assert.equal(parsed.profile('a')?.get('region'), 'y');
    assert.equal(parsed.profile('a')?.get('output'), 'z');
  });
});

describe('broken files', () => {
  const header = 'a [section] header without its name or its closing bracket';
  const neither = 'neither "key = value" nor a [section]';
  const orphan = 'a setting above the first [section]';
  for (const [text, line, what] of [
    ['[default]\nregion\n', 2, neither],
    ['[default]\nregion', 2, neither],
    ['# c\n\n[default]\nregion = x\n= y\n', 5, neither],
    ['[default]\n  : y\n', 2, neither],
    ['[default]\nregion = x\n[profile a\n', 3, header],
    ['[profile a\n', 1, header],
    ['[default]\n[]\n', 2, header],
    ['[]\n', 1, header],
    ['region = x\n[default]\n', 1, orphan],
    ['# c\nregion = x\n', 2, orphan],
    ['  region = x\n[default]\n', 1, orphan],
    ['[default]\ns3 =\n  a = b\n  c\n', 4, neither],
    ['[default]\r\nregion = x\r\nbroken\r\n', 3, neither],
    ['[default]\rregion = x\rbroken\r', 3, neither],
    ['\uFEFF[default]\nbroken\n', 2, neither],
  ] as const) {
    test(JSON.stringify(text), () => {
      assert.throws(() => parse(text), { kind: 'config', message: `/c:${line}: ${what}` });
      assert.throws(() => parse('', text), { kind: 'config', message: `/d:${line}: ${what}` });
    });
  }

  test('the line itself, which may be a secret, is not shown', () => {
    assert.throws(
      () => parse('', '[default]\nhunter2\n'),
      (error: Error) => !JSON.stringify([error.message, error]).includes('hunter2'),
    );
  });

  test('UTF-16 is named, read as UTF-8 with or without its mark', () => {
    for (const text of [
      Buffer.from('[default]\n', 'utf16le').toString('utf8'),
      Buffer.from('\uFEFF[default]\n', 'utf16le').toString('utf8'),
      '\uFFFD\uFFFD',
    ]) {
      assert.throws(() => parse(text), { kind: 'config', hints: ['save it as UTF-8: /c'] });
    }
  });

  test('empty files and files of comments are fine', () => {
    for (const text of ['', '\n', '\uFEFF', '# c\n  ; d\n', '\r\n\r\n', '   ']) {
      assert.deepEqual(parse(text, text).profileNames(), []);
    }
  });
});

describe('properties', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'X', 'Y', '0', '9', '_', '-', '.', 'ü'),
    minLength: 1,
    maxLength: 6,
  });
  const value = fc
    .string({
      unit: fc.constantFrom('a', '0', '=', ':', '/', '[', ']', '"', "'", '#', ';', 'é'),
      minLength: 1,
      maxLength: 8,
    })
    .filter((text) => !/^[#;]/.test(text));
  const sections = fc.uniqueArray(
    fc.record({
      name: word,
      keys: fc.uniqueArray(fc.tuple(word, value), { selector: ([key]) => key.toLowerCase() }),
    }),
    { selector: (section) => section.name },
  );
  const style = fc.record({
    eol: fc.constantFrom('\n', '\r\n', '\r'),
    mark: fc.constantFrom('', '\uFEFF'),
    indent: fc.constantFrom('', ' ', '\t'),
    delimiter: fc.constantFrom('=', ' = ', '\t=  '),
    tail: fc.constantFrom('', ' ', ' # [profile no]', '\t;no = no'),
    between: fc.constantFrom('', '\n', '# [profile no]', '   ', '  ; no'),
    quote: fc.constantFrom('', '"', "'"),
  });

  test('what was written is read, in any style', () => {
    fc.assert(
      fc.property(sections, style, (model, { eol, mark, indent, delimiter, tail, between, quote }) => {
        const lines = model.flatMap(({ name, keys }) => [
          `[profile ${quote}${name}${quote}]${tail}`,
          between,
          ...keys.flatMap(([key, text]) => [`${indent}${key}${delimiter}${text}${tail}`, between]),
        ]);
        const parsed = parse(mark + lines.map((line) => line + eol).join(''));
        assert.deepEqual(
          parsed.profileNames(),
          model.map(({ name }) => name),
        );
        for (const { name, keys } of model) {
          const profile = parsed.profile(name);
          assert.deepEqual(
            [...(profile?.keys() ?? [])],
            keys.map(([key]) => key.toLowerCase()),
          );
          for (const [key, text] of keys) assert.equal(profile?.get(key.toLowerCase()), text);
        }
      }),
    );
  });

  const soup = fc
    .array(
      fc.constantFrom(
        '[',
        ']',
        'profile a',
        'default',
        'region',
        '=',
        ':',
        ' ',
        '  ',
        '\t',
        '#',
        ';',
        '\n',
        '\n',
        '\n[',
        '\n[profile b]\n',
        '\n  [profile c]\n',
        '\r\n',
        '\r',
        '"',
        'x',
        '\nk = v',
        '\n  n = v',
        '\uFEFF',
        '\u00A0',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''));

  test('reading by expression and reading line by line agree on any text', () => {
    // An indented bracket sends the whole text the long way; a section that is no profile holds it.
    const theLongWay = '\n[plugins]\nx = 1\n  [y]\n';
    fc.assert(
      fc.property(soup, (text) => {
        assert.deepEqual(outcome(`[plugins]\n${text}`), outcome(`[plugins]\n${text}${theLongWay}`));
        assert.deepEqual(outcome(text), outcome(text + theLongWay));
      }),
      runs(2000),
    );
  });
});
