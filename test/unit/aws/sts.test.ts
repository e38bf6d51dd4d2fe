import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GetUserCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  type GetSessionTokenCommandInput,
  type GetSessionTokenCommandOutput,
} from '@aws-sdk/client-sts';
import type { Role, Trust } from '../../aws/entities.ts';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { connect, keysOf, refused, type Clients, type Keys } from './clients.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const WRONG_CODE = refused(
  'AccessDenied',
  'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
);

let aws: Aws;
let clients: Clients;
let count = 0;

before(async () => {
  aws = await startAws();
  clients = connect(aws);
});
after(() => aws.stop());

function newUser(): UserHandle {
  return aws.world.addUser({ account: ACCOUNT, name: `user${++count}`, mfa: true });
}

function newRole(trust: Trust, maxSessionDuration = 3600): Role {
  return aws.world.addRole({ account: OTHER, name: `role${++count}`, trust, maxSessionDuration });
}

function sessionToken(
  keys: Keys,
  input: GetSessionTokenCommandInput = {},
): Promise<GetSessionTokenCommandOutput> {
  return clients.sts(keys).send(new GetSessionTokenCommand(input));
}

function assume(
  keys: Keys,
  role: Role,
  more: Partial<AssumeRoleCommandInput> = {},
): Promise<AssumeRoleCommandOutput> {
  const input = { RoleArn: role.arn, RoleSessionName: 'me', ...more };
  return clients.sts(keys).send(new AssumeRoleCommand(input));
}

const notAuthorized = (who: string, role: Role): ((error: unknown) => boolean) =>
  refused(
    'AccessDenied',
    `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
  );

test('GetSessionToken: an MFA code is good once, within a window either side', async () => {
  const user = newUser();
  const SerialNumber = user.mfaSerial;
  await assert.rejects(sessionToken(user, { SerialNumber, TokenCode: user.totp(-3) }), WRONG_CODE);
  const TokenCode = user.totp();
  await sessionToken(user, { SerialNumber, TokenCode });
  await assert.rejects(sessionToken(user, { SerialNumber, TokenCode }), WRONG_CODE);
  await sessionToken(user, { SerialNumber, TokenCode: user.totp(1) });
  aws.advance(120_000);
  await sessionToken(user, { SerialNumber, TokenCode: user.totp() });
});

test('GetSessionToken: the device must be one of the user that has codes', async () => {
  const user = newUser();
  const other = newUser();
  const key = `arn:aws:iam::${ACCOUNT}:u2f/user/${user.user.name}/key`;
  const device = aws.world.addDevice(user.user, key);
  assert.ok(device);
  const unable = refused('AccessDenied', 'unable to validate MFA code.');
  for (const SerialNumber of [other.mfaSerial, key]) {
    await assert.rejects(sessionToken(user, { SerialNumber, TokenCode: other.totp() }), unable);
  }
  await assert.rejects(
    sessionToken(user, { SerialNumber: user.mfaSerial }),
    refused('AccessDenied', 'must provide both MFA serial number and one time pass code'),
  );
});

test('GetSessionToken: durations are 900 to 129600 s, 12 h by default', async () => {
  const user = newUser();
  const left = async (input: GetSessionTokenCommandInput): Promise<number> => {
    const end = (await sessionToken(user, input)).Credentials?.Expiration?.getTime() ?? 0;
    return Math.round((end - Date.now()) / 60_000);
  };
  assert.equal(await left({}), 720);
  assert.equal(await left({ DurationSeconds: 129_600 }), 2160);
  await assert.rejects(
    left({ DurationSeconds: 899 }),
    refused(
      'ValidationError',
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ),
  );
  await assert.rejects(
    left({ DurationSeconds: 129_601 }),
    refused('ValidationError', 'less than or equal to'),
  );
});

test('GetSessionToken: a root user gets an hour at most', async () => {
  const root = aws.world.addUser({ account: '777788889999', root: true });
  const answer = await sessionToken(root, { DurationSeconds: 7200 });
  assert.ok((answer.Credentials?.Expiration?.getTime() ?? 0) <= Date.now() + 3_600_000);
});

test('a session without MFA may assume roles and tell its name, and no more', async () => {
  const user = newUser();
  const keys = keysOf(await sessionToken(user));
  const role = newRole({ principals: [user.arn] });
  assert.equal((await clients.sts(keys).send(new GetCallerIdentityCommand({}))).Arn, user.arn);
  await assume(keys, role);
  await assert.rejects(
    sessionToken(keys),
    refused('AccessDenied', 'Cannot call GetSessionToken with session credentials'),
  );
  await assert.rejects(
    clients.sts(keys).send(new GetFederationTokenCommand({ Name: 'fed' })),
    refused('AccessDenied', 'Cannot call GetFederationToken with session credentials'),
  );
  await assert.rejects(clients.iam(keys).send(new GetUserCommand({})), refused('InvalidClientTokenId'));
});

test('AssumeRole: only those the role trusts', async () => {
  const [user, stranger] = [newUser(), newUser()];
  const role = newRole({ principals: [user.arn] });
  const answer = await assume(user, role);
  assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${OTHER}:assumed-role/${role.name}/me`);
  const who = await clients.sts(keysOf(answer)).send(new GetCallerIdentityCommand({}));
  assert.equal(who.Arn, answer.AssumedRoleUser?.Arn);
  assert.equal(who.UserId, `${role.id}:me`);
  await assert.rejects(assume(stranger, role), notAuthorized(stranger.arn, role));
  const whole = newRole({ principals: [`arn:aws:iam::${ACCOUNT}:root`] });
  await assume(stranger, whole);
  const missing = { ...role, arn: `${role.arn}x` };
  await assert.rejects(assume(user, missing), notAuthorized(user.arn, missing));
});

test('AssumeRole: an MFA role takes a code on the call or a session with MFA', async () => {
  const user = newUser();
  const role = newRole({ principals: [user.arn], mfa: true });
  const SerialNumber = user.mfaSerial;
  await assert.rejects(assume(user, role), notAuthorized(user.arn, role));
  const TokenCode = user.totp();
  await assume(user, role, { SerialNumber, TokenCode });
  await assert.rejects(assume(user, role, { SerialNumber, TokenCode }), WRONG_CODE);
  const plain = keysOf(await sessionToken(user));
  await assert.rejects(assume(plain, role), notAuthorized(user.arn, role));
  const proven = keysOf(await sessionToken(user, { SerialNumber, TokenCode: user.totp(1) }));
  await assume(proven, role);
});

test('AssumeRole: a code is spent even when the role then says no', async () => {
  const user = newUser();
  const role = newRole({ principals: [], mfa: true });
  const input = { SerialNumber: user.mfaSerial, TokenCode: user.totp() };
  await assert.rejects(assume(user, role, input), notAuthorized(user.arn, role));
  await assert.rejects(assume(user, role, input), WRONG_CODE);
});

test('AssumeRole: the age of the MFA proof can be limited, and does not outlive a role', async () => {
  const user = newUser();
  const first = newRole({ principals: [user.arn], mfaMaxAge: 3600 });
  const second = newRole({ principals: [first.arn], mfa: true });
  const input = { SerialNumber: user.mfaSerial, TokenCode: user.totp() };
  const keys = keysOf(await sessionToken(user, input));
  const hop = keysOf(await assume(keys, first));
  const hopArn = `arn:aws:sts::${OTHER}:assumed-role/${first.name}/me`;
  await assert.rejects(assume(hop, second), notAuthorized(hopArn, second));
  aws.advance(3_600_000);
  await assert.rejects(assume(keys, first), notAuthorized(user.arn, first));
});

test('AssumeRole: external id and source identity are conditions', async () => {
  const user = newUser();
  const role = newRole({ principals: [user.arn], externalId: 'ext-1' });
  await assert.rejects(assume(user, role), notAuthorized(user.arn, role));
  await assert.rejects(assume(user, role, { ExternalId: 'ext-2' }), notAuthorized(user.arn, role));
  await assume(user, role, { ExternalId: 'ext-1' });
  const named = newRole({ principals: [user.arn], sourceIdentity: true });
  const next = newRole({ principals: [named.arn] });
  await assert.rejects(assume(user, named), notAuthorized(user.arn, named));
  const answer = await assume(user, named, { SourceIdentity: 'alice' });
  assert.equal(answer.SourceIdentity, 'alice');
  assert.equal((await assume(keysOf(answer), next)).SourceIdentity, 'alice');
  await assert.rejects(
    assume(keysOf(answer), next, { SourceIdentity: 'bob' }),
    refused('AccessDenied', 'sts:SetSourceIdentity'),
  );
});

test('AssumeRole: a chain lasts an hour at most, a role its own maximum', async () => {
  const user = newUser();
  const role = newRole({ principals: [user.arn] }, 7200);
  const next = newRole({ principals: [role.arn] }, 7200);
  const keys = keysOf(await assume(user, role, { DurationSeconds: 7200 }));
  await assume(keys, next, { DurationSeconds: 3600 });
  await assert.rejects(
    assume(keys, next, { DurationSeconds: 3601 }),
    refused(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    ),
  );
  await assert.rejects(
    assume(user, role, { DurationSeconds: 7201 }),
    refused(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ),
  );
});

test('AssumeRole: names and ARNs are checked, all faults in one answer', async () => {
  const user = newUser();
  const role = newRole({ principals: [user.arn] });
  await assert.rejects(
    assume(user, role, { RoleSessionName: 'ä', DurationSeconds: 60 }),
    refused(
      'ValidationError',
      String.raw`3 validation errors detected: Value 'ä' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*; Value 'ä' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2; Value '60' at 'durationSeconds'`,
    ),
  );
  const odd = { ...role, arn: 'arn:aws:iam::1:role/too-short-account' };
  await assert.rejects(assume(user, odd), refused('ValidationError', `${odd.arn} is invalid`));
});

test('AssumeRole: transitive tags go down the chain and cannot be changed', async () => {
  const user = newUser();
  const role = newRole({ principals: [user.arn] });
  const next = newRole({ principals: [role.arn] });
  const Tags = [
    { Key: 'team', Value: 'red' },
    { Key: 'step', Value: '1' },
  ];
  const keys = keysOf(await assume(user, role, { Tags, TransitiveTagKeys: ['team'] }));
  const last = keysOf(await assume(keys, next, { Tags: [{ Key: 'step', Value: '2' }] }));
  const { tags } = aws.world.session(last.accessKeyId) ?? {};
  assert.deepEqual(Object.fromEntries(tags ?? []), { team: 'red', step: '2' });
  await assert.rejects(
    assume(keys, next, { Tags: [{ Key: 'team', Value: 'blue' }] }),
    refused('InvalidParameterValue', 'transitive tag key from the calling session'),
  );
  await assert.rejects(
    assume(user, role, { TransitiveTagKeys: ['team'] }),
    refused('InvalidParameterValue', 'must be included in the requested tags'),
  );
  const untagged = newRole({ principals: [user.arn], tagSession: false });
  await assert.rejects(assume(user, untagged, { Tags }), refused('AccessDenied', 'sts:TagSession'));
});

test('GetFederationToken: a long-term key only, and no way on from there', async () => {
  const user = newUser();
  const Policy = '{"Version":"2012-10-17","Statement":[]}';
  const answer = await clients.sts(user).send(new GetFederationTokenCommand({ Name: 'fed', Policy }));
  assert.equal(answer.FederatedUser?.Arn, `arn:aws:sts::${ACCOUNT}:federated-user/fed`);
  const keys = keysOf(answer);
  const role = newRole({ principals: [`arn:aws:iam::${ACCOUNT}:root`] });
  await assert.rejects(assume(keys, role), notAuthorized(answer.FederatedUser?.Arn ?? '', role));
  await assert.rejects(clients.iam(keys).send(new GetUserCommand({})), refused('InvalidClientTokenId'));
  await assert.rejects(
    clients.sts(user).send(new GetFederationTokenCommand({ Name: 'x'.repeat(33) })),
    refused('ValidationError', 'less than or equal to 32'),
  );
});

test('AssumeRoleWithWebIdentity: a live token of the trusted issuer, subject and audience', async () => {
  const issuer = 'https://issuer.example';
  const role = newRole({ webIdentity: { issuer, subject: 'repo:a', audience: 'sts.amazonaws.com' } });
  const exchange = (token: string) =>
    clients.sts({ accessKeyId: '', secretAccessKey: '' }).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: role.arn,
        RoleSessionName: 'ci',
        WebIdentityToken: token,
      }),
    );
  const issue = (subject: string, audience = 'sts.amazonaws.com', lifetime = 600): string =>
    aws.world.addWebIdentityToken({ issuer, subject, audience, lifetime }).token;
  const good = issue('repo:a');
  const answer = await exchange(good);
  assert.equal(answer.SubjectFromWebIdentityToken, 'repo:a');
  assert.match(answer.AssumedRoleUser?.Arn ?? '', /assumed-role\/role\d+\/ci$/);
  await assert.rejects(exchange(`${good}x`), refused('InvalidIdentityToken'));
  await assert.rejects(
    exchange(issue('repo:b')),
    refused('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'),
  );
  await assert.rejects(
    exchange(issue('repo:a', 'other')),
    refused('InvalidIdentityToken', 'Incorrect token audience'),
  );
  aws.advance(601_000);
  await assert.rejects(exchange(good), refused('ExpiredTokenException', 'Token expired'));
});
