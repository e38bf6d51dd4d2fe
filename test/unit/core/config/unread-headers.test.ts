import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import type { AwsConfig } from '../../../../src/core/config/aws-config.ts';

function parse(config: string, credentials = ''): AwsConfig {
  return parseAwsConfig({ config, credentials, configPath: '/c', credentialsPath: '/d' });
}

// The facts of the profile parsing tables that the AWS SDKs share: which headers of a config file are read, and as what.
const READ: readonly (readonly [string, string])[] = [
  ['[profile foo]', 'foo'],
  ['[ profile foo ]', 'foo'],
  ['[profile\tfoo]', 'foo'],
  ['[\tprofile\tfoo\t]', 'foo'],
  ['[profile foo]# comment', 'foo'],
  ['[profile foo];comment', 'foo'],
  ['[profile default]', 'default'],
  ['[default]', 'default'],
  ['[profile "Foo Bar"]', 'Foo Bar'],
];

const UNREAD: readonly (readonly [string, string, string])[] = [
  ['[dev]', 'dev', '[profile dev]'],
  ['[ dev ]', 'dev', '[profile dev]'],
  ['["dev"]', 'dev', '[profile dev]'],
  ['[Profile dev]', 'dev', '[profile dev]'],
  ['[PROFILE dev]', 'dev', '[profile dev]'],
  ['[profiles dev]', 'dev', '[profile dev]'],
  ['[profile:dev]', 'dev', '[profile dev]'],
  ['[profile-dev]', 'dev', '[profile dev]'],
  ['[profile-dev]', 'profile-dev', '[profile profile-dev]'],
  ['[profile Foo Bar]', 'Foo Bar', '[profile "Foo Bar"]'],
  ["[profile Single'Quote]", "Single'Quote", `[profile "Single'Quote"]`],
  ['[profile "dev]', 'dev', '[profile dev]'],
  ["[profile dev']", 'dev', '[profile dev]'],
  ['[profile dev\\]', 'dev', '[profile dev]'],
  ['["profile dev"]', 'dev', '[profile dev]'],
  ["['profile dev']", 'dev', '[profile dev]'],
  ['[[profile dev]]', 'dev', '[profile dev]'],
  ['[[dev]]', 'dev', '[profile dev]'],
  ['[Default]', 'default', '[default]'],
  ['[DEFAULT]', 'default', '[default]'],
];

describe('headers of the config file', () => {
  for (const [header, name] of READ) {
    it(`${JSON.stringify(header)} is read as ${name}`, () => {
      const config = parse(`${header}\nregion = eu-west-1\n`);
      assert.equal(config.profile(name)?.get('region'), 'eu-west-1');
      assert.equal(config.unreadHeader('profile', name), undefined);
    });
  }

  for (const [header, name, right] of UNREAD) {
    it(`${header} is not, and was meant for ${name}`, () => {
      const config = parse(`# a comment\n\n[profile other]\nregion = x\n${header}\nregion = eu-west-1\n`);
      assert.equal(config.hasProfile(name), false);
      const found = config.unreadHeader('profile', name);
      assert.deepEqual(found, { path: '/c', line: 5, written: header, right });
      assert.equal(parse(`${right}\nregion = eu-west-1\n`).profile(name)?.get('region'), 'eu-west-1');
    });
  }

  it('are not mistaken for one another', () => {
    const config = parse('[dev]\n[plugins]\n[preview]\n[sso-session dev2]\n[profile prod]\n');
    for (const name of ['de', 'devs', 'prod', 'dev2', '']) {
      assert.equal(config.unreadHeader('profile', name), undefined, name);
    }
  });

  for (const header of [
    '[sso-session my sso]',
    '[sso_session my sso]',
    '[sso session my sso]',
    '[SSO-Session "my sso"]',
  ]) {
    it(`${header} is no session, and was meant for one`, () => {
      const config = parse(`${header}\nsso_region = x\n`);
      assert.equal(config.section('sso-session', 'my sso'), undefined);
      assert.equal(config.unreadHeader('sso-session', 'my sso')?.right, '[sso-session "my sso"]');
    });
  }
});

describe('headers of the credentials file', () => {
  for (const header of ['[profile dev]', '[profile "dev"]', '[Profile dev]']) {
    it(`${header} is not the profile dev there`, () => {
      const config = parse('', `\n${header}\naws_access_key_id = x\n`);
      assert.equal(config.hasProfile('dev'), false);
      const found = config.unreadHeader('profile', 'dev');
      assert.deepEqual(found, { path: '/d', line: 2, written: header, right: '[dev]' });
    });
  }
});

// From the same tables: what a value is.
describe('values', () => {
  const command = `sh -c 'echo # no; comment'`;
  for (const [key, written, value] of [
    ['region', 'eu-west-1 # comment', 'eu-west-1'],
    ['region', 'eu-west-1 ; comment', 'eu-west-1'],
    ['region', 'eu-west-1\t#comment', 'eu-west-1'],
    ['region', 'eu-west-1#no;comment', 'eu-west-1#no;comment'],
    ['region', '   eu-west-1   ', 'eu-west-1'],
    ['region', 'a = b : c', 'a = b : c'],
    ['credential_process', command, command],
    ['Credential_Process', command, command],
    ['mfa_process', 'ykman oath -s #1 ; true', 'ykman oath -s #1 ; true'],
    ['web_identity_token_process', 'token ; # x', 'token ; # x'],
    ['credential_process', 'tool --name ;', 'tool --name ;'],
    ['credential_process', 'tool \n  --flag # still ; it', 'tool\n--flag # still ; it'],
    ['role_arn', 'one\n  two # three\n\tfour ;five', 'one\ntwo # three\nfour ;five'],
  ] as const) {
    it(`${key} = ${JSON.stringify(written)}`, () => {
      const config = parse(`[profile p]\n${key} = ${written}\nlast = 1\n`);
      assert.equal(config.profile('p')?.get(key.toLowerCase()), value);
      assert.equal(config.profile('p')?.get('last'), '1');
    });
  }

  it('keep what stands behind a blank and a # in nested keys', () => {
    const config = parse(
      '[services s]\nsts =\n  endpoint_url = http://127.0.0.1:9 # x\n  # a comment\n  other = 1\n',
    );
    const nested = config.section('services', 's')?.nested('sts');
    assert.deepEqual(
      [...(nested ?? [])],
      [
        ['endpoint_url', 'http://127.0.0.1:9 # x'],
        ['other', '1'],
      ],
    );
  });
});
