import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../src/core/config/aws-config.ts';
import type { AwsConfig } from '../../../src/core/config/aws-config.ts';
import {
  filesWithDefaultCredentials,
  withoutDefaultCredentials,
} from '../../../src/servers/default-profile.ts';

function parsed(config: string, credentials = ''): AwsConfig {
  return parseAwsConfig({ config, credentials, configPath: 'config', credentialsPath: 'credentials' });
}

describe('credentials of [default]', () => {
  const CASES: readonly (readonly [
    name: string,
    config: string,
    credentials: string,
    places: readonly string[],
  ])[] = [
    ['nothing', '', '', []],
    ['settings alone', '[default]\nregion = eu-west-1\noutput = json\nmfa_serial = x\n', '', []],
    ['of another profile', '[profile a]\ncredential_process = x\n', '[a]\naws_access_key_id = x\n', []],
    [
      'keys',
      '[default]\nregion = x\n',
      '[default]\naws_access_key_id = x\naws_secret_access_key = y\n',
      ['credentials'],
    ],
    ['keys in the config file', '[default]\naws_access_key_id = x\n', '', ['config']],
    ['a process', '[default]\ncredential_process = x\n', '', ['config']],
    ['SSO', '[default]\nsso_session = x\nsso_account_id = y\n', '', ['config']],
    ['a role', '[profile default]\nrole_arn = x\nsource_profile = y\n', '', ['config']],
    ['a login', '[default]\nlogin_session = x\n', '', ['config']],
    [
      'both',
      '[default]\ncredential_process = x\n',
      '[default]\naws_access_key_id = x\n',
      ['config', 'credentials'],
    ],
  ];
  for (const [name, config, credentials, places] of CASES) {
    it(name, () => {
      assert.deepEqual([...filesWithDefaultCredentials(parsed(config, credentials))].toSorted(), places);
    });
  }
});

describe('the copy without them', () => {
  it('keeps settings, comments and other profiles, and no secret of anyone', () => {
    const text = `# mine
[default]
region = eu-west-1
credential_process = /bin/echo x
s3 =
  addressing_style = path
sso_session = corp
[profile keys]
aws_access_key_id = AKIAEXAMPLE000000000
aws_secret_access_key = made-up
region = us-east-1
[profile role]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = keys
[sso-session corp]
sso_start_url = https://example.awsapps.com/start
`;
    assert.equal(
      withoutDefaultCredentials(text, parsed(text)),
      `# mine
[default]
region = eu-west-1
s3 =
  addressing_style = path
[profile keys]
region = us-east-1
[profile role]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = keys
[sso-session corp]
sso_start_url = https://example.awsapps.com/start
`,
    );
  });

  it('names no credentials, wherever [default] had them', () => {
    const text = '[default]\nrole_arn = x\n[profile default]\nsso_account_id = y\nsource_profile = z\n';
    const copy = withoutDefaultCredentials(text, parsed(text));
    assert.equal(filesWithDefaultCredentials(parsed(copy)).size, 0);
  });
});
