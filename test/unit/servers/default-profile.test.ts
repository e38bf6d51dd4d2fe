import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../src/core/config/aws-config.ts';
import type { AwsConfig } from '../../../src/core/config/aws-config.ts';
import { secretlessCopy } from '../../../src/servers/config-copy.ts';
import { filesWithDefaultCredentials } from '../../../src/servers/default-profile.ts';

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
  it('keeps the settings of every section that SDKs read', () => {
    const text = `[default]
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
[services local]
s3 =
  endpoint_url = http://localhost:9000
`;
    assert.equal(
      secretlessCopy(text),
      `[default]
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
[services local]
s3 =
  endpoint_url = http://localhost:9000
`,
    );
  });

  it('has no secret, wherever one stands', () => {
    const text = `# aws_secret_access_key = canary-comment
[bare]
aws_secret_access_key = canary-bare
[plugins]
password = canary-section
[sso-session s]
aws_session_token = canary-sso
sso_region = us-east-1 ; canary-end
[profile p]
region = us-east-1 # canary-inline
role_arn = arn:aws:iam::111122223333:role/x
  canary-continued
credential_process = /bin/tool --password canary-argument
mfa_process = oathtool canary-mfa
AWS_Secret_Access_Key = canary-case
x_principal_arn =
  aws_secret_access_key = canary-nested
endpoint_url = https://me:canary-url@example.com
[services v]
s3 =
  endpoint_url = https://me:canary-nested-url@example.com
  aws_secret_access_key = canary-service
  # canary-nested-comment
[profile "two words"]
aws_security_token = canary-old
region = eu-west-1
`;
    const copy = secretlessCopy(text);
    assert.doesNotMatch(copy, /canary/);
    const config = parsed(copy);
    assert.deepEqual(config.profileNames(), ['p', 'two words']);
    assert.equal(config.profile('p')?.get('region'), 'us-east-1');
    assert.equal(config.profile('p')?.get('credential_process'), 'ccvault export --format json p');
  });

  it('names no credentials, wherever [default] had them', () => {
    const text = '[default]\nrole_arn = x\n[profile default]\nsso_account_id = y\nsource_profile = z\n';
    assert.equal(filesWithDefaultCredentials(parsed(secretlessCopy(text))).size, 0);
  });
});
