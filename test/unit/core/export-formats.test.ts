import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../../src/core/config/aws-config.ts';
import { isCliError } from '../../../src/core/errors.ts';
import { formatExport } from '../../../src/core/export-formats.ts';
import type { ExportFormat } from '../../../src/core/export-formats.ts';
import { Secret } from '../../../src/core/secret.ts';
import { cliError } from '../../support/files.ts';
import { findProgram, requires } from '../../support/requires.ts';
import { runs } from '../../support/fuzz.ts';

const EXPIRES = Date.UTC(2026, 0, 2, 3, 4, 5);

const HOSTILE = [
  '$(touch pwned)',
  '`touch pwned`',
  "'; touch pwned; '",
  '"; touch pwned; "',
  String.raw`\'; touch pwned; #`,
  String.raw`a\b\\`,
  '$HOME ${HOME} %PATH% !x! ~',
  '(touch pwned) {a,b} * ? [x] < > | & ;',
  ' leading and trailing ',
  '#',
  '-n',
  '’‘‚‛ “”',
];

function shown(format: ExportFormat, secret: string, region: string | undefined = 'eu-west-1'): string {
  return formatExport(format, {
    profile: 'prod',
    region,
    credentials: {
      accessKeyId: 'ASIAQQQQ',
      secretAccessKey: new Secret(secret),
      sessionToken: new Secret('tok/en+=='),
      expiresAt: EXPIRES,
    },
  });
}

describe('the formats', () => {
  it('env is NAME=value', () => {
    assert.equal(
      shown('env', 's/e+c'),
      'AWS_ACCESS_KEY_ID=ASIAQQQQ\nAWS_SECRET_ACCESS_KEY=s/e+c\nAWS_SESSION_TOKEN=tok/en+==\n' +
        'AWS_CREDENTIAL_EXPIRATION=2026-01-02T03:04:05Z\nAWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=eu-west-1\n',
    );
  });

  it('json is what credential_process expects', () => {
    assert.deepEqual(JSON.parse(shown('json', 's')), {
      Version: 1,
      AccessKeyId: 'ASIAQQQQ',
      SecretAccessKey: 's',
      SessionToken: 'tok/en+==',
      Expiration: '2026-01-02T03:04:05Z',
    });
  });

  it('powershell doubles each of its quotation marks, the typographic ones too', () => {
    // about_Quoting_Rules; the language takes U+2018 to U+201B for the plain one.
    for (const [value, written] of [
      ['plain', 'plain'],
      ["a'b", "a''b"],
      ['a\u2018b', 'a\u2018\u2018b'],
      ['a\u2019; touch pwned', 'a\u2019\u2019; touch pwned'],
      ['a\u201ab', 'a\u201a\u201ab'],
      ['a\u201bb', 'a\u201b\u201bb'],
      ["''", "''''"],
      ['$(x) `x` "x" \u201cx\u201d', '$(x) `x` "x" \u201cx\u201d'],
    ] as const) {
      const line = shown('powershell', value)
        .split('\n')
        .find((one) => one.includes('SECRET_ACCESS_KEY'));
      assert.equal(line, `$Env:AWS_SECRET_ACCESS_KEY = '${written}'`);
    }
  });

  it('ini is a section of the credentials file', () => {
    const credentials = shown('ini', 's');
    const parsed = parseAwsConfig({ config: '', credentials, configPath: 'c', credentialsPath: 'd' });
    assert.equal(parsed.profile('prod')?.get('aws_secret_access_key'), 's');
    assert.equal(parsed.profile('prod')?.get('aws_session_token'), 'tok/en+==');
  });

  it('say nothing of a region nobody named, nor of a token there is not', () => {
    const key = { accessKeyId: 'AKIAQQQQ', secretAccessKey: new Secret('s') };
    const text = formatExport('export', { profile: 'p', region: undefined, credentials: key });
    assert.equal(text, "export AWS_ACCESS_KEY_ID='AKIAQQQQ'\nexport AWS_SECRET_ACCESS_KEY='s'\n");
  });

  it('refuse a profile that would be another section', () => {
    const key = { accessKeyId: 'AKIAQQQQ', secretAccessKey: new Secret('s') };
    for (const profile of ['a]\n[b', 'a]']) {
      assert.throws(
        () => formatExport('ini', { profile, region: undefined, credentials: key }),
        cliError('config', /the profile name/),
      );
    }
  });
});

describe('a hostile value', () => {
  // Fish makes its folders in it.
  const home = mkdtempSync(join(tmpdir(), 'ccvault-formats-'));
  after(() => rmSync(home, { recursive: true, force: true }));

  for (const [shell, format, print] of [
    ['sh', 'export', 'printf %s "$AWS_SECRET_ACCESS_KEY"'],
    ['bash', 'export', 'printf %s "$AWS_SECRET_ACCESS_KEY"'],
    ['zsh', 'export', 'printf %s "$AWS_SECRET_ACCESS_KEY"'],
    ['sh', 'env', 'printf %s "$AWS_SECRET_ACCESS_KEY"'],
    ['fish', 'fish', 'printf %s $AWS_SECRET_ACCESS_KEY'],
    ['pwsh', 'powershell', '[Console]::Out.Write($Env:AWS_SECRET_ACCESS_KEY)'],
  ] as const) {
    // Debian has no PowerShell: it is used where there is one.
    const skip = shell === 'pwsh' && findProgram(shell) === undefined ? 'no PowerShell' : requires(shell);
    it(`reaches ${shell} as it is through ${format}, and runs nothing`, { skip }, () => {
      const program = findProgram(shell) ?? '';
      for (const value of HOSTILE) {
        const text = `${shown(format, value)}${print}\n`;
        const { stdout, stderr } = spawnSync(program, ['-c', text], {
          encoding: 'utf8',
          env: { PATH: '', HOME: home },
          // Bash takes a socket for a remote shell's and reads its start-up files.
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        assert.equal(stdout, value, `${text}${stderr}`);
        assert.equal(stderr, '');
      }
    });
  }

  it('that would break a line is refused by name, whatever the format', () => {
    for (const format of ['env', 'export', 'fish', 'powershell', 'cmd', 'ini'] as const) {
      for (const value of ['a\nb', 'a\rb', 'a\0b', 'a\u2028b', 'a\u0085b', 'a\u001bb']) {
        assert.throws(
          () => shown(format, value),
          cliError('config', /aws_secret_access_key|AWS_SECRET_ACCESS_KEY/),
        );
      }
    }
    assert.equal((JSON.parse(shown('json', 'a\nb')) as { SecretAccessKey: string }).SecretAccessKey, 'a\nb');
  });

  it('that cmd.exe would expand is refused, as it has no quoting for it', () => {
    for (const value of ['%PATH%', '!x!', '"', '^', '&', '|', '<', '>']) {
      assert.throws(() => shown('cmd', value), cliError('config', /another --format/));
    }
    assert.match(shown('cmd', 's e/c'), /^set "AWS_SECRET_ACCESS_KEY=s e\/c"$/m);
  });

  it('never shows in an error', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6 }),
        fc.constantFrom('env', 'cmd', 'fish', 'ini'),
        (value, format) => {
          try {
            shown(format, value);
          } catch (error) {
            assert.ok(isCliError(error));
            assert.ok(!`${error.message}${error.hints.join('')}`.includes(value));
          }
        },
      ),
    );
  });

  it('reaches sh as it is, any at all', { skip: requires('sh') }, () => {
    const printable = fc.string({ unit: fc.constantFrom(...'$`\'"\\ !#&()*;<>?[]^{|}~ab'.split('')) });
    fc.assert(
      fc.property(fc.array(printable, { minLength: 20, maxLength: 20 }), (values) => {
        const text = values.map(
          (value) => `${shown('export', value)}printf '%s\\n' "$AWS_SECRET_ACCESS_KEY"\n`,
        );
        const { stdout } = spawnSync('sh', ['-c', text.join('')], { encoding: 'utf8' });
        assert.deepEqual(stdout.split('\n').slice(0, -1), values);
      }),
      runs(10),
    );
  });
});
