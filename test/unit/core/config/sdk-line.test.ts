import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { credentialProcessLine, withSdkLine, withoutSdkLine } from '../../../../src/core/config/sdk-line.ts';
import type { ConfigFileKind } from '../../../../src/core/config/sections.ts';
import { splitCommand } from '../../../../src/core/split-command.ts';
import { runs } from '../../../support/fuzz.ts';

const LINE = 'credential_process = ccvault export --format json a';
const MARK = '# section written by ccvault sdk';
const WAS = '# replaced by ccvault sdk: ';

describe('the line for the SDKs', () => {
  for (const [what, before, after] of [
    ['begins an empty file', '', `[profile a]\n${MARK}\n${LINE}\n`],
    ['keeps a byte order mark', '\uFEFF', `\uFEFF[profile a]\n${MARK}\n${LINE}\n`],
    ['adds a section', '[default]\n', `[default]\n\n[profile a]\n${MARK}\n${LINE}\n`],
    ['leaves an open end open', '[default]', `[default]\n\n[profile a]\n${MARK}\n${LINE}`],
    ['keeps CRLF', '# c\r\n', `# c\r\n\r\n[profile a]\r\n${MARK}\r\n${LINE}\r\n`],
    ['fills an empty section', '[profile a]\n', `[profile a]\n${LINE}\n`],
    ['fills a section at an open end', '[profile a]', `[profile a]\n${LINE}`],
    ['goes below the last key', '[profile a]\nb = c\n\n# d\n', `[profile a]\nb = c\n${LINE}\n\n# d\n`],
    ['goes below an open last key', '[profile a]\r\nb = c', `[profile a]\r\nb = c\r\n${LINE}`],
    [
      'stands in for another one',
      '[profile a]\ncredential_process = x # y\nb = c\n',
      `[profile a]\n${WAS}credential_process = x # y\nb = c\n${LINE}\n`,
    ],
    [
      'stands in for one of several lines',
      '[profile a]\n\tcredential_process = x\n\n\t\ty\n  # c\n\t\tz\n',
      `[profile a]\n${LINE}\n${WAS}\tcredential_process = x\n\n${WAS}\t\ty\n  # c\n${WAS}\t\tz\n`,
    ],
    [
      'stands in for an open one',
      '[profile a]\ncredential_process = x',
      `[profile a]\n${LINE}\n${WAS}credential_process = x`,
    ],
    [
      'stands in for every one of them',
      '[profile a]\ncredential_process = x\n[profile a]\nCredential_Process:y\n',
      `[profile a]\n${WAS}credential_process = x\n[profile a]\n${LINE}\n${WAS}Credential_Process:y\n`,
    ],
  ] as const) {
    test(`${what}, and is taken back to the byte`, () => {
      assert.equal(withSdkLine(before, 'a', 'config'), after);
      assert.equal(withSdkLine(after, 'a', 'config'), after, 'a second time nothing changes');
      assert.equal(withoutSdkLine(after, 'a', 'config'), before);
    });
  }

  test('leaves what others have written meanwhile', () => {
    const added = withSdkLine('[default]', 'a', 'config');
    assert.equal(
      withoutSdkLine(`${added}\nregion = x\n[profile b]\n`, 'a', 'config'),
      '[default]\n\n[profile a]\nregion = x\n[profile b]\n',
    );
    assert.equal(withoutSdkLine(`${added}\n[profile b]\n`, 'a', 'config'), '[default]\n[profile b]\n');
    assert.equal(withoutSdkLine(`${added}\n\n# b\n`, 'a', 'config'), '[default]\n\n# b\n');
  });

  test("leaves another one's credential_process alone", () => {
    for (const value of ['x', 'ccvault export --format json b', 'ccvault export --format json a # mine']) {
      const text = `[profile a]\ncredential_process = ${value}\n`;
      assert.equal(withoutSdkLine(text, 'a', 'config'), text);
    }
    const continued = `[profile a]\n${LINE}\n  --region x\n`;
    assert.equal(withoutSdkLine(continued, 'a', 'config'), continued);
  });

  test('is split into the same words by botocore whatever the name', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((one) => !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(one));
    fc.assert(
      fc.property(name, (profile) => {
        const guard = profile.startsWith('-') ? ['--'] : [];
        assert.deepEqual(splitCommand(credentialProcessLine(profile), 'linux'), [
          'ccvault',
          'export',
          '--format',
          'json',
          ...guard,
          profile,
        ]);
      }),
      runs(300),
    );
  });

  test('is read back, changes no other setting, and is taken back to the byte in any order', () => {
    const names = ['a', 'default', 'a b', "o'b", '-x', 'new'];
    const piece = fc.constantFrom(...PIECES);
    const text = fc
      .tuple(
        fc.array(piece, { maxLength: 14 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('', '\uFEFF'),
        fc.boolean(),
      )
      .map(([pieces, eol, mark, open]) => {
        const lines = pieces.length === 0 ? '' : `[plugins]${eol}${pieces.join(eol)}`;
        return mark + lines + (open || lines === '' ? '' : eol);
      });
    const kinds = fc.constantFrom<ConfigFileKind>('config', 'credentials');
    const profiles = fc.shuffledSubarray(names, { minLength: 1 });
    fc.assert(
      fc.property(text, kinds, profiles, fc.context(), (before, kind, wanted, context) => {
        const settings = settingsIn(before, kind);
        fc.pre(settings !== undefined);
        const after = wanted.reduce((edited, profile) => withSdkLine(edited, profile, kind), before);
        context.log(JSON.stringify(after));
        const expected = new Map(settings);
        for (const profile of wanted) {
          expected.set(`${profile} credential_process`, credentialProcessLine(profile));
        }
        assert.deepEqual(sorted(settingsIn(after, kind)), sorted(expected));
        for (const order of [wanted, wanted.toReversed()]) {
          assert.equal(
            order.reduce((edited, profile) => withoutSdkLine(edited, profile, kind), after),
            before,
          );
        }
      }),
      runs(1500),
    );
  });
});

const PIECES = [
  '[profile a]',
  '[a]',
  '[default]',
  '[profile default]',
  '[profile "a b"]',
  '[a b]',
  '[sso-session s]',
  'region = x',
  '  region = y',
  'credential_process = x',
  '\tcredential_process=y',
  '    more',
  'credential_process =',
  '# c',
  '  ; d',
  '',
  '  ',
  's3 =',
  '  b = c',
  `${LINE} # e`,
];

/** Every setting as `profile key`; undefined for a text that is no valid file. */
function settingsIn(text: string, kind: ConfigFileKind): Map<string, unknown> | undefined {
  const [config, credentials] = kind === 'config' ? [text, ''] : ['', text];
  try {
    const parsed = parseAwsConfig({ config, credentials, configPath: '/c', credentialsPath: '/d' });
    return new Map(
      parsed.profileNames().flatMap((name) => {
        const profile = parsed.profile(name);
        return [...(profile?.keys() ?? [])].map((key) => [
          `${name} ${key}`,
          profile?.nested(key) ?? profile?.get(key),
        ]);
      }),
    );
  } catch {
    return undefined;
  }
}

function sorted(settings: Map<string, unknown> | undefined): unknown {
  return [...(settings ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
