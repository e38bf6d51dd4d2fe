import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import type { Permissions } from '../../aws/entities.ts';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { connect, keysOf, refused, type Clients, type Keys } from './clients.ts';

const ACCOUNT = '111122223333';
const NAME_NEEDED = refused(
  'ValidationError',
  'Must specify userName when calling with non-User credentials',
);

let aws: Aws;
let clients: Clients;
let count = 0;

before(async () => {
  aws = await startAws();
  clients = connect(aws);
});
after(() => aws.stop());

function newUser(permissions: Permissions = {}): UserHandle {
  return aws.world.addUser({
    account: ACCOUNT,
    name: `user${++count}`,
    path: '/team/',
    mfa: true,
    permissions,
  });
}

async function mfaSession(user: UserHandle): Promise<Keys> {
  const input = { SerialNumber: user.mfaSerial, TokenCode: user.totp() };
  return keysOf(await clients.sts(user).send(new GetSessionTokenCommand(input)));
}

test('a user learns its own name, devices and keys', async () => {
  const user = newUser();
  const iam = clients.iam(user);
  const { User } = await iam.send(new GetUserCommand({}));
  assert.equal(User?.Arn, `arn:aws:iam::${ACCOUNT}:user/team/${user.user.name}`);
  assert.equal(User?.UserName, user.user.name);
  const { MFADevices } = await iam.send(new ListMFADevicesCommand({}));
  assert.deepEqual(
    MFADevices?.map((device) => device.SerialNumber),
    [user.mfaSerial],
  );
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({}));
  assert.deepEqual(
    AccessKeyMetadata?.map((key) => [key.AccessKeyId, key.Status]),
    [[user.accessKeyId, 'Active']],
  );
});

test('a third key is refused, inactive ones count', async () => {
  const user = newUser();
  const iam = clients.iam(user);
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({}));
  await iam.send(new UpdateAccessKeyCommand({ AccessKeyId: AccessKey?.AccessKeyId, Status: 'Inactive' }));
  await assert.rejects(
    iam.send(new CreateAccessKeyCommand({})),
    refused('LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2'),
  );
  await iam.send(new DeleteAccessKeyCommand({ AccessKeyId: AccessKey?.AccessKeyId }));
  await iam.send(new CreateAccessKeyCommand({}));
  await assert.rejects(
    iam.send(new DeleteAccessKeyCommand({ AccessKeyId: AccessKey?.AccessKeyId })),
    refused('NoSuchEntity', `The Access Key with id ${AccessKey?.AccessKeyId} cannot be found.`),
  );
});

test('a new key is unknown until IAM has caught up', async () => {
  const user = newUser();
  aws.world.newKeyDelay = 10_000;
  const { AccessKey } = await clients.iam(user).send(new CreateAccessKeyCommand({}));
  aws.world.newKeyDelay = 0;
  const keys = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
  const whoami = (): Promise<unknown> => clients.sts(keys).send(new GetCallerIdentityCommand({}));
  await assert.rejects(whoami(), refused('InvalidClientTokenId'));
  aws.advance(10_000);
  await whoami();
});

test('a session with MFA may call IAM, but must say whose keys to list or change', async () => {
  const user = newUser();
  const iam = clients.iam(await mfaSession(user));
  const UserName = user.user.name;
  assert.equal((await iam.send(new GetUserCommand({}))).User?.UserName, UserName);
  await assert.rejects(iam.send(new ListAccessKeysCommand({})), NAME_NEEDED);
  const { accessKeyId: AccessKeyId } = user;
  await assert.rejects(
    iam.send(new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Inactive' })),
    NAME_NEEDED,
  );
  await iam.send(new ListAccessKeysCommand({ UserName }));
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  await assert.rejects(clients.iam(user).send(new GetUserCommand({})), refused('InvalidClientTokenId'));
});

test('a session outlives the key it was made with, unless the world is of the other kind', async (t) => {
  t.after(() => (aws.world.sessionsEndWithKey = false));
  const user = newUser();
  const session = await mfaSession(user);
  const own = { UserName: user.user.name, AccessKeyId: user.accessKeyId };
  const whoami = (): Promise<unknown> => clients.sts(session).send(new GetCallerIdentityCommand({}));
  await clients.iam(session).send(new UpdateAccessKeyCommand({ ...own, Status: 'Inactive' }));
  await whoami();
  aws.world.sessionsEndWithKey = true;
  await assert.rejects(whoami(), refused('InvalidClientTokenId'));
  aws.world.sessionsEndWithKey = false;
  await clients.iam(session).send(new DeleteAccessKeyCommand(own));
  await whoami();
  aws.world.sessionsEndWithKey = true;
  await assert.rejects(whoami(), refused('InvalidClientTokenId'));
});

test('a role has no user name of its own', async () => {
  const user = newUser();
  const role = aws.world.addRole({ account: ACCOUNT, name: 'admin', trust: { principals: [user.arn] } });
  const input = { RoleArn: role.arn, RoleSessionName: 'me' };
  const keys = keysOf(await clients.sts(user).send(new AssumeRoleCommand(input)));
  await assert.rejects(clients.iam(keys).send(new GetUserCommand({})), NAME_NEEDED);
  const { User } = await clients.iam(keys).send(new GetUserCommand({ UserName: user.user.name }));
  assert.equal(User?.Arn, user.arn);
  await assert.rejects(
    clients.iam(keys).send(new GetUserCommand({ UserName: 'nobody' })),
    refused('NoSuchEntity', 'The user with name nobody cannot be found.'),
  );
});

function refusal(user: UserHandle): string {
  return `User: ${user.arn} is not authorized to perform: iam:GetUser on resource: user ${user.user.name}`;
}

test('policies deny by name, without MFA, or by not allowing', async () => {
  const GetUser = new GetUserCommand({});
  const named = newUser({ deny: ['iam:GetUser'] });
  const explicit = ' with an explicit deny in an identity-based policy';
  await assert.rejects(clients.iam(named).send(GetUser), refused('AccessDenied', refusal(named) + explicit));
  await clients.iam(named).send(new ListMFADevicesCommand({}));
  const careful = newUser({ denyWithoutMfa: ['iam:*'] });
  await assert.rejects(
    clients.iam(careful).send(GetUser),
    refused('AccessDenied', refusal(careful) + explicit),
  );
  await clients.iam(await mfaSession(careful)).send(GetUser);
  const poor = newUser({ allow: ['sts:*'] });
  await assert.rejects(
    clients.iam(poor).send(GetUser),
    refused(
      'AccessDenied',
      `${refusal(poor)} because no identity-based policy allows the iam:GetUser action`,
    ),
  );
});

test('the last use of a key is told, and nothing of another account', async () => {
  const user = newUser();
  await clients.sts(user, 'eu-north-1').send(new GetCallerIdentityCommand({}));
  const reader = newUser();
  const ask = (keys: Keys) =>
    clients.iam(keys).send(new GetAccessKeyLastUsedCommand({ AccessKeyId: user.accessKeyId }));
  const answer = await ask(reader);
  assert.equal(answer.UserName, user.user.name);
  assert.equal(answer.AccessKeyLastUsed?.ServiceName, 'sts');
  assert.equal(answer.AccessKeyLastUsed?.Region, 'eu-north-1');
  const foreign = aws.world.addUser({ account: '444455556666', name: 'eve' });
  await assert.rejects(ask(foreign), refused('AccessDenied', 'iam:GetAccessKeyLastUsed'));
});

test('a root user has keys too', async () => {
  const root = aws.world.addUser({ account: '777788889999', root: true });
  const { User } = await clients.iam(root).send(new GetUserCommand({}));
  assert.equal(User?.Arn, 'arn:aws:iam::777788889999:root');
  assert.equal(User?.UserName, undefined);
});
