import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { Botocore, noBotocore } from '../../../support/botocore.ts';
import type { Reading } from '../../../support/botocore.ts';
import { runs } from '../../../support/fuzz.ts';

/** Ours in botocore's shape. Empty values and names are left out of both, as ours count as not set. */
function ours(text: string): Map<string, Map<string, unknown>> {
  const parsed = parseAwsConfig({ config: text, credentials: '', configPath: '/c', credentialsPath: '/d' });
  const profiles = new Map<string, Map<string, unknown>>();
  for (const name of parsed.profileNames()) {
    const profile = parsed.profile(name);
    const values = new Map<string, unknown>();
    for (const key of profile?.keys() ?? []) {
      const nested = profile?.nested(key);
      const value = nested === undefined ? profile?.get(key) : Object.fromEntries(nested);
      if (value !== undefined) values.set(key, value);
    }
    profiles.set(name, values);
  }
  return profiles;
}

function theirs(merged: NonNullable<Reading['merged']>): Map<string, Map<string, unknown>> {
  const profiles = Object.entries(merged.profiles).filter(([name]) => name !== '');
  return new Map(
    profiles.map(([name, section]) => [
      name,
      new Map(Object.entries(section).filter(([, value]) => value !== '')),
    ]),
  );
}

async function compare(texts: readonly string[]): Promise<void> {
  for (const [at, { refused, merged }] of (await botocore.read(texts)).entries()) {
    const text = texts[at] ?? '';
    const read = refused ? tryOurs(text) : ours(text);
    assert.deepEqual(
      read,
      merged === null || read === undefined ? undefined : theirs(merged),
      JSON.stringify(text),
    );
  }
}

function tryOurs(text: string): Map<string, Map<string, unknown>> | undefined {
  try {
    return ours(text);
  } catch {
    return undefined;
  }
}

const skip = noBotocore();
let botocore: Botocore;

before(() => {
  if (skip === false) botocore = new Botocore();
});
after(() => {
  if (skip === false) botocore.end();
});

test('a corpus of tricky files reads as in botocore', { skip }, async () => {
  const corpus = [
    '',
    '# only a comment\n',
    '[default]\nregion=us-east-1\noutput = json\n\n[profile dev]\nrole_arn: arn:aws:iam::123456789012:role/x\n',
    '[profile "a b"]\nregion = x\n[profile \'c d\']\nregion = y\n[profile e\\ f]\nregion = z\n',
    '[profile "quo\\"te"]\nregion = x\n[profile open\'quote]\nregion = y\n[profile two words]\nregion = z\n',
    '[default]\ns3 =\n  addressing_style = path\n  max_queue = 3\n\n  other = a=b\nregion = x\n',
    '[default]\ns3=\n\tendpoint_url = http://127.0.0.1:9000/#x\n',
    '[default]\ncredential_process = sh -c "a \\\n    b"\nregion = x\n',
    '  [default]\n  region = x\n    more\n  [profile b]\n  region = y\n',
    '[default]\nregion = x\n  [profile not]\n  region = y\n[profile b]\nregion = z',
    '[default]\r\nregion = x\r\ns3 =\r\n  a = b\r\n[profile b]\r\nregion = y\r\n',
    '[default]\rregion = x\r[profile b]\rregion = y\r',
    '[profile __proto__x]\nconstructor = a\ntoString = b\n[profile constructor]\nregion = c\n',
    '[profile a]]\nregion = x\n[profile b] trailing\nregion = y\n',
    '[plugins]\ncli_legacy_plugin_path = /x\n[preview]\na = b\n[sso-session s]\nsso_region = x\n[services s]\nsts =\n  endpoint_url = http://x\n',
    '[default]\nregion = a\nregion = b\n[profile c]\nregion = d\n[default]\noutput = e\n',
    '[default]\nkey with space = value with = and : in it\nempty =\n   # indented comment\n   continued\n',
    '[profile ünïcödé]\nname = wërt\n',
    '[[profile a]\nregion = x\n[profile b\nregion = y\n',
    '[profile c = d\n',
    '[profile a]\ncredential_process = tool # one ; two\nmfa_process = x ;\nweb_identity_token_process: y #\n',
    '[profile a]\nregion = x\n  more # kept\n\tand ;this\n # dropped\n  last\n[services s]\nsts =\n  endpoint_url = http://x # kept\n',
  ];
  await compare(corpus);
});

test(
  'ccvault takes what botocore takes, reads it the same, and refuses what it refuses',
  { skip },
  async () => {
    const part = fc.constantFrom(
      '[profile a]\n',
      '\n[profile b]\n',
      '\n[default]\n',
      '\n[profile "c d"]\n',
      '\n[x]\n',
      '\n  [profile e]\n',
      'region = x\n',
      'output: y',
      '\n  nested = z\n',
      's3 =\n',
      '\n',
      '\n\n',
      '\r\n',
      '  ',
      '\t',
      '# c\n',
      '\n;c\n',
      'x',
      '=',
      ':',
      '[',
      ']',
      'word\n',
    );
    const text = fc
      .array(part, { maxLength: 14 })
      .map((parts) => parts.join(''))
      // White space before a comment mark begins a comment here, as in the other SDKs, and not in botocore.
      .filter((candidate) => !/\S[^\S\r\n]+[#;]|[=:]\s*[#;]/.test(candidate));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 100 }), compare),
      // A hundred files a run.
      runs(20),
    );
  },
);
