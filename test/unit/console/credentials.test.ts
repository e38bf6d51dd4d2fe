import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { consoleCredentials, federatedName, sessionSecondsFor } from '../../../src/console/credentials.ts';
import { parseAwsConfig } from '../../../src/core/aws-config.ts';
import { isCliError } from '../../../src/core/errors.ts';
import { planFor } from '../../../src/core/plan.ts';
import type { Plan } from '../../../src/core/plan-step.ts';
import { consolePlace, federationUrl } from '../../../src/console/urls.ts';
import { startAws } from '../../aws/server.ts';
import { awsUnder, cliErrorOf, credentialsOf } from '../../support/system-aws.ts';

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
  return planFor(profile, { config, env: {}, storedKeys: new Map(), userName: 'me' }, options);
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
      fc.property(fc.string({ unit: 'binary' }), (user) =>
        /^[\w+=,.@-]{2,32}$/.test(federatedName(`arn:aws:iam::111122223333:user/${user}`)),
      ),
    );
  });
});

describe('credentials for the console, against the stand-in', () => {
  it("are a federated session of a user's key, said to carry no MFA, and signed in", async () => {
    const aws = await startAws();
    try {
      const user = aws.world.addUser({ account: '111122223333', name: 'alice', mfa: true });
      const clients = awsUnder(aws.env);
      const said: string[] = [];
      const collect = (line: string): void => void said.push(line);
      const settings = { region: 'eu-west-1' };
      const asked: Plan[] = [];
      const { credentials, sessionSeconds } = await consoleCredentials(plan('key'), 'aws', undefined, {
        resolve: async (part) => {
          asked.push(part);
          return credentialsOf(user);
        },
        sts: () => clients.sts(settings),
        out: { warning: collect, hint: collect },
      });
      assert.deepEqual(
        asked.map((part) => part.steps.map((step) => step.kind)),
        [['key']],
        'not the key but a session of it was asked for',
      );
      assert.equal(sessionSeconds, undefined);
      assert.match(said.join('\n'), /profile key .*cannot carry MFA[^]*role_arn/);
      const signin = await clients.signin(settings);
      const url = federationUrl(consolePlace('aws', 'eu-west-1'));
      const token = await signin.getSigninToken(credentials, { url, sessionSeconds });
      assert.ok(token.reveal().length > 100);
      const call = aws.calls.log.at(-1);
      assert.equal(call?.who, 'arn:aws:sts::111122223333:federated-user/alice');
      assert.equal(call?.host, 'eu-west-1.signin.aws.amazon.com');

      // The rules that the above keeps to are AWS's: broken, it refuses, and nothing of it is quoted.
      const secrets = [credentials.secretAccessKey.reveal(), credentials.sessionToken?.reveal() ?? ''];
      const refused = await cliErrorOf(
        signin.getSigninToken(credentials, { url, sessionSeconds: 3600 }),
        ...secrets,
      );
      assert.equal(refused.code, 'sign-in-refused');
      const session = await (
        await clients.sts(settings)
      ).getSessionToken(credentialsOf(user), { durationSeconds: 900 });
      const notTaken = await cliErrorOf(signin.getSigninToken(session, { url, sessionSeconds: undefined }));
      assert.equal(notTaken.code, 'sign-in-refused');
    } finally {
      await aws.stop();
    }
  });
});
