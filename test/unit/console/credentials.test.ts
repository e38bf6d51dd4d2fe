import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { consoleCredentials, federatedName, sessionSecondsFor } from '../../../src/console/credentials.ts';
import { parseAwsConfig } from '../../../src/core/config/aws-config.ts';
import { isCliError } from '../../../src/core/errors.ts';
import { planFor } from '../../../src/core/plan/plan.ts';
import type { Plan } from '../../../src/core/plan/steps.ts';
import { Secret } from '../../../src/core/secret.ts';
import { profileOfCommand } from '../../../src/commands/shared/profile-of-command.ts';
import { codePoint } from '../../support/code-point.ts';

const ROLE = 'arn:aws:iam::444455556666:role/deploy';
const CONFIG = `
[profile key]
region = eu-west-1
[profile role]
role_arn = ${ROLE}
source_profile = key
duration_seconds = 7200
[profile mfa]
role_arn = ${ROLE}
source_profile = key
mfa_serial = arn:aws:iam::111122223333:mfa/alice
[profile chain]
role_arn = ${ROLE}2
source_profile = role
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 444455556666
sso_role_name = Admin
[profile above-sso]
role_arn = ${ROLE}
source_profile = sso
[profile web]
role_arn = ${ROLE}
web_identity_token_file = /nowhere/token
`;
const CREDENTIALS = `
[key]
aws_access_key_id = AKIAEXAMPLE000000000
aws_secret_access_key = made-up
[temporary]
aws_access_key_id = ASIAEXAMPLE000000000
aws_secret_access_key = made-up
aws_session_token = made-up
`;

function plan(profile: string, options: Parameters<typeof planFor>[2] = {}): Plan {
  const config = parseAwsConfig({
    config: CONFIG,
    credentials: CREDENTIALS,
    configPath: 'config',
    credentialsPath: 'credentials',
  });
  return planFor(
    profile,
    { config, env: {}, storedKeys: new Map(), userName: 'me', profileOfCommand },
    options,
  );
}

describe('SessionDuration', () => {
  const CASES: readonly (readonly [
    profile: string,
    asked: number | undefined,
    expected: number | undefined,
  ])[] = [
    ['key', undefined, undefined],
    ['key', 3600, undefined],
    ['role', undefined, 7200],
    ['role', 14_400, 14_400],
    // Made with the session of an MFA code, which is a chain as AWS counts.
    ['mfa', undefined, undefined],
    // Long ones come straight from the key.
    ['mfa', 14_400, 14_400],
    ['chain', undefined, undefined],
    ['chain', 3600, undefined],
    ['sso', undefined, undefined],
    ['sso', 14_400, 14_400],
    ['above-sso', undefined, undefined],
    ['web', undefined, 3600],
    ['temporary', undefined, undefined],
  ];
  for (const [profile, asked, expected] of CASES) {
    it(`${profile}, ${asked ?? 'nothing'} asked`, () => {
      const options = asked === undefined ? {} : { durationSeconds: asked };
      assert.equal(sessionSecondsFor(plan(profile, options), asked), expected);
    });
  }
  it('outside the limits', () => {
    for (const asked of [899, 43_201]) {
      assert.throws(
        () => sessionSecondsFor(plan('sso'), asked),
        (error) => isCliError(error) && error.kind === 'usage',
      );
    }
  });
});

describe('the name of a federated user', () => {
  const NAMES: readonly (readonly [arn: string, name: string])[] = [
    ['arn:aws:iam::111122223333:user/alice', 'alice'],
    ['arn:aws:iam::111122223333:user/team/sub/alice', 'alice'],
    ['arn:aws:iam::111122223333:user/x', 'ccvault-x'],
    ['arn:aws:iam::111122223333:root', 'root'],
    [`arn:aws:iam::111122223333:user/${'a'.repeat(64)}`, 'a'.repeat(32)],
  ];
  for (const [arn, name] of NAMES) it(arn, () => assert.equal(federatedName(arn), name));
  it('is one that AWS takes, whatever the user', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (user) =>
        /^[\w+=,.@-]{2,32}$/.test(federatedName(`arn:aws:iam::111122223333:user/${user}`)),
      ),
    );
  });
});

describe('credentials for the console', () => {
  it("start from a user's key, and say what they cannot carry before AWS is asked", async () => {
    const said: string[] = [];
    const asked: Plan[] = [];
    const means = {
      resolve: async (part: Plan) => {
        asked.push(part);
        return { accessKeyId: 'AKIAEXAMPLE000000000', secretAccessKey: new Secret('made-up') };
      },
      sts: () => Promise.reject(new Error(`asked after: ${said.join('\n')}`)),
      out: { warning: (line: string) => void said.push(line), hint: (line: string) => void said.push(line) },
    };
    await assert.rejects(
      consoleCredentials(plan('key'), 'aws', undefined, means),
      /profile key.* carries no MFA[^]*role_arn and mfa_serial/,
    );
    assert.deepEqual(
      asked.map((part) => part.steps.map((step) => step.kind)),
      [['key']],
      'not the key but a session of it was asked for',
    );
  });

  it('are those of the narrowed session of a user’s key', async () => {
    const narrowing = { readOnly: true, policyArns: [], file: undefined };
    const narrowed = plan('key', { narrowing });
    const asked: Plan[] = [];
    await consoleCredentials(narrowed, 'aws', undefined, {
      resolve: async (part) => {
        asked.push(part);
        return { accessKeyId: 'ASIAEXAMPLE000000000', secretAccessKey: new Secret('made-up') };
      },
      sts: () => Promise.reject(new Error('AWS STS was asked for a wider one')),
      out: { warning: () => assert.fail('said twice'), hint: () => {} },
    });
    assert.deepEqual(asked, [narrowed]);
    assert.equal(sessionSecondsFor(narrowed, 3600), undefined);
  });

  it('are those of a role, an SSO profile or somebody else as they are', async () => {
    const credentials = {
      accessKeyId: 'ASIAEXAMPLE000000000',
      secretAccessKey: new Secret('made-up'),
      sessionToken: new Secret('made-up'),
    };
    for (const profile of ['role', 'mfa', 'chain', 'sso', 'above-sso', 'web', 'temporary']) {
      const got = await consoleCredentials(plan(profile), 'aws', undefined, {
        resolve: async () => credentials,
        sts: () => Promise.reject(new Error('AWS STS was asked')),
        out: { warning: () => {}, hint: () => {} },
      });
      assert.equal(got.credentials, credentials, profile);
    }
  });
});
