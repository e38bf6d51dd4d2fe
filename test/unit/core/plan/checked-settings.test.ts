import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import type { Environment } from '../../../../src/core/ports/environment.ts';
import { planFor } from '../../../../src/core/plan/plan.ts';
import type { PlanOptions } from '../../../../src/core/plan/facts.ts';
import { cliError } from '../../../support/files.ts';

const ROLE = 'role_arn = arn:aws:iam::111122223333:role/r';

function plan(lines: readonly string[], env: Environment = {}, options: PlanOptions = {}): unknown {
  const own = ['aws_access_key_id = AKIAMADEUPFORTHISTES', 'aws_secret_access_key = made-up'];
  const text = ['[profile p]', ...lines, '[profile key]', ...own].join('\n');
  const config = parseAwsConfig({
    config: text,
    credentials: '',
    configPath: '/home/ann/.aws/config',
    credentialsPath: '/home/ann/.aws/credentials',
  });
  return planFor(
    'p',
    { config, env, storedKeys: new Map(), userName: 'ann', profileOfCommand: () => undefined },
    options,
  );
}

const SSO = [
  'sso_start_url = https://x.awsapps.com/start',
  'sso_region = eu-west-1',
  'sso_account_id = 111122223333',
  'sso_role_name = Admin',
];

/** The lines of a role, or of SSO where the key belongs to it, with another value for one key. */
function linesWith(key: string, value: string): readonly string[] {
  const base = key.startsWith('sso_') ? SSO : [ROLE, 'source_profile = key', 'region = eu-west-1'];
  return [...base.filter((line) => !line.startsWith(`${key} =`)), `${key} = ${value}`];
}

const REFUSED: readonly (readonly [key: string, value: string, said: RegExp])[] = [
  ['region', 'US-EAST-1', /is not a region: US-EAST-1\nwrite it as us-east-1/],
  ['region', 'Eu-West-1', /write it as eu-west-1/],
  ['region', 'us_east_1', /is not a region: us_east_1\nwrite it like/],
  ['region', 'us-east', /is not a region/],
  ['region', 'us-east-1a', /is not a region/],
  ['region', 'us-east-1.example.com', /is not a region/],
  ['region', '"us-east-1"', /is in quotes.*\nremove the quotes/],
  ['region', "'us-east-1'", /is in quotes/],
  ['role_arn', 'arn:aws:iam::1111:role/r', /is not the ARN of a role/],
  ['role_arn', 'arn:aws:iam::111122223333:user/r', /is not the ARN of a role/],
  ['role_arn', 'r', /is not the ARN of a role: r/],
  ['role_arn', '"arn:aws:iam::111122223333:role/r"', /is in quotes/],
  ['role_session_name', 'RO User', /is not a role session name: RO User/],
  ['role_session_name', 'x', /is not a role session name/],
  ['role_session_name', 'x'.repeat(65), /is not a role session name/],
  ['role_session_name', 'ann/dev', /is not a role session name/],
  ['role_session_name', 'änn', /is not a role session name/],
  ['role_session_name', '"ann"', /is in quotes/],
  ['mfa_serial', 'alice', /is not an MFA device: alice/],
  ['mfa_serial', 'arn:aws:iam::111122223333:user/alice', /is not an MFA device/],
  ['mfa_serial', 'arn:aws:iam::111122223333:u2f/user/alice/key', /security key or passkey/],
  ['mfa_serial', '"arn:aws:iam::111122223333:mfa/alice"', /is in quotes/],
  ['source_identity', 'ann smith', /is not a source identity/],
  ['source_identity', 'aws:ann', /is not a source identity/],
  ['external_id', 'has blank', /is not an external id\n/],
  ['external_id', 'x', /is not an external id\n/],
  ['external_id', 'x'.repeat(1225), /is not an external id\n/],
  ['session_tags', 'team=a*b', /value of team has characters that AWS does not accept/],
  ['session_tags', 'te{am=a', /key has characters/],
  ['session_tags', '"team=a"', /key has characters/],
  ['session_tags', 'aws:team=a', /begins with aws:/],
  ['session_tags', 'AWS:team=a', /begins with aws:/],
  ['session_tags', `${'k'.repeat(129)}=v`, /longer than 128/],
  ['session_tags', `k=${'v'.repeat(257)}`, /longer than 256/],
  ['session_tags', Array.from({ length: 51 }, (_, n) => `k${n}=v`).join(), /more than 50/],
  ['transitive_session_tags', 'te{am', /key has characters/],
  ['transitive_session_tags', Array.from({ length: 51 }, (_, n) => `k${n}`).join(), /more than 50/],
  ['sso_region', 'EU-WEST-1', /is not a region: EU-WEST-1\nwrite it as eu-west-1/],
  ['sso_account_id', '1234', /is not an account id: 1234/],
  ['sso_account_id', '1111-2222-3333', /is not an account id/],
  ['sso_role_name', 'Ad min', /is not the name of a permission set/],
  ['sso_start_url', 'x.awsapps.com/start', /is not an https URL/],
  ['sso_start_url', 'http://x.awsapps.com/start', /is not an https URL/],
  ['sso_start_url', 'https://x.awsapps.com@example.com/start', /is not an https URL without a user name/],
  ['sso_start_url', 'https://x.awsapps.com/st art', /is not an https URL/],
  ['sso_start_url', 'https://x.awsapps.com/start\u001B[31m', /is not an https URL/],
  ['duration_seconds', '1h', /is not a number of seconds: 1h/],
  ['duration_seconds', '"3600"', /is in quotes/],
  ['source_profile', '"key"', /is in quotes/],
  ['source_profile', "'key'", /is in quotes/],
  ['services', '"local"', /is in quotes/],
  ['sso_session', '"s"', /is in quotes/],
];

describe('a setting that AWS would refuse', () => {
  for (const [key, value, said] of REFUSED) {
    it(`${key} = ${value.slice(0, 60)} is named with profile, key and file`, () => {
      const place = new RegExp(`^profile p: ${key} in /home/ann/.aws/config`);
      assert.throws(() => plan(linesWith(key, value)), cliError('config', place, said));
    });
  }

  it('is told by its quotes where it names something else', () => {
    for (const [line, key] of [
      ['credential_source = "Environment"', 'credential_source'],
      ["credential_source = 'EcsContainer'", 'credential_source'],
    ] as const) {
      const place = new RegExp(`^profile p: ${key} in /home/ann/.aws/config is in quotes`);
      assert.throws(() => plan([ROLE, line]), cliError('config', place, /remove the quotes/));
    }
    const included = ['include_profile = "key"', 'region = eu-west-1'];
    assert.throws(() => plan(included), cliError('config', /include_profile in .* is in quotes/));
    assert.throws(() => plan(['sso_session = "s"']), cliError('config', /sso_session in .* is in quotes/));
  });

  it('is no error where it is accepted', () => {
    for (const [key, value] of [
      ['region', 'mx-central-1'],
      ['region', 'us-gov-east-1'],
      ['region', 'eusc-de-east-1'],
      ['region', 'us-isob-east-1'],
      ['role_session_name', 'ann@example.com'],
      ['mfa_serial', 'arn:aws:iam::111122223333:mfa/ann'],
      ['mfa_serial', 'arn:aws-us-gov:iam::111122223333:mfa/path/ann'],
      ['mfa_serial', 'GAHT12345678'],
      ['source_identity', 'ann'],
      ['external_id', 'a:b/c=d'],
      ['session_tags', 'Team Name=Größe 1/2,b='],
      ['transitive_session_tags', 'Team Name'],
    ] as const) {
      assert.doesNotThrow(() => plan(linesWith(key, value)), `${key} = ${value}`);
    }
  });

  it('is a region of the environment or a flag, named so', () => {
    const lines = linesWith('region', 'eu-west-1');
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
      const said = new RegExp(`^the variable ${name} is not a region: US-EAST-1`);
      assert.throws(() => plan(lines, { [name]: 'US-EAST-1' }), cliError('config', said));
      for (const region of [' us-east-1', 'us-east-1\n', '\tUS-East-1 ']) {
        assert.throws(
          () => plan(lines, { [name]: region }),
          cliError('config', new RegExp(`^the variable ${name} is not a region`), /write it as us-east-1$/),
        );
      }
    }
    assert.throws(
      () => plan(lines, {}, { region: 'US-EAST-1' }),
      cliError('usage', /^--region is not a region/),
    );
    // Behind an endpoint of one's own the region is what its owner calls it.
    assert.doesNotThrow(() =>
      plan(lines, { AWS_REGION: 'garage', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }),
    );
  });
});
