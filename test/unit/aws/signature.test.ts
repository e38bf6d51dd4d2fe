import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { connect, keysOf, refused, type Clients, type Keys } from './clients.ts';

let aws: Aws;
let clients: Clients;
let alice: UserHandle;

before(async () => {
  aws = await startAws();
  clients = connect(aws);
  alice = aws.world.addUser({ account: '111122223333', name: 'alice' });
});
after(() => aws.stop());

const whoami = (keys: Keys, region?: string): Promise<unknown> =>
  clients.sts(keys, region).send(new GetCallerIdentityCommand({}));

test('a right key is known by its user, in every region of its partition', async () => {
  for (const region of ['eu-west-1', 'us-east-1', 'ap-southeast-2']) {
    const answer = await clients.sts(alice, region).send(new GetCallerIdentityCommand({}));
    assert.equal(answer.Arn, 'arn:aws:iam::111122223333:user/alice');
    assert.equal(answer.Account, '111122223333');
  }
});

test('a wrong secret fails', async () => {
  const last = alice.secretAccessKey.endsWith('A') ? 'B' : 'A';
  const secretAccessKey = alice.secretAccessKey.slice(0, -1) + last;
  await assert.rejects(
    whoami({ accessKeyId: alice.accessKeyId, secretAccessKey }),
    refused('SignatureDoesNotMatch', 'The request signature we calculated does not match'),
  );
});

test('an unknown, an inactive and a deleted key fail alike', async () => {
  const bob = aws.world.addUser({ account: '111122223333', name: 'bob' });
  const invalid = refused('InvalidClientTokenId', 'The security token included in the request is invalid.');
  await assert.rejects(whoami({ ...bob, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }), invalid);
  const key = bob.user.keys[0];
  assert.ok(key);
  key.active = false;
  await assert.rejects(whoami(bob), invalid);
  bob.user.keys.length = 0;
  await assert.rejects(whoami(bob), invalid);
});

test('a key of another partition is unknown', async () => {
  aws.world.addAccount('999900001111', 'aws-us-gov');
  const gov = aws.world.addUser({ account: '999900001111', name: 'gov' });
  const invalid = refused('InvalidClientTokenId');
  await assert.rejects(whoami(gov), invalid);
  await assert.rejects(whoami(alice, 'us-gov-west-1'), invalid);
  await assert.rejects(clients.iam(gov).send(new GetUserCommand({})), invalid);
  assert.equal((await clients.iam(gov, 'us-gov-west-1').send(new GetUserCommand({}))).User?.Arn, gov.arn);
});

test('a session needs its own token, and ends', async () => {
  const session = keysOf(await clients.sts(alice).send(new GetSessionTokenCommand({ DurationSeconds: 900 })));
  await whoami(session);
  const { sessionToken, ...bare } = session;
  const invalid = refused('InvalidClientTokenId');
  await assert.rejects(whoami(bare), invalid);
  await assert.rejects(whoami({ ...bare, sessionToken: `${sessionToken}x` }), invalid);
  await assert.rejects(whoami({ ...alice, sessionToken }), invalid);
  aws.advance(899_000);
  await whoami(session);
  aws.advance(1001);
  await assert.rejects(
    whoami(session),
    refused('ExpiredToken', 'The security token included in the request is expired'),
  );
  await whoami(alice);
});

test('an Expiration is told by the clock the client knows, however old things were made', async () => {
  aws.advance(3_600_000);
  const answer = await clients.sts(alice).send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const left = (answer.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
  assert.ok(left > 600_000 && left <= 900_000, String(left));
});

test('clocks may be five minutes apart', async () => {
  try {
    aws.clock.skew(4 * 60_000);
    await whoami(alice);
    aws.clock.skew(6 * 60_000);
    await assert.rejects(
      whoami(alice),
      (error: Error) =>
        error.name === 'SignatureDoesNotMatch' &&
        /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/.test(
          error.message,
        ),
    );
    aws.clock.skew(-6 * 60_000);
    await assert.rejects(
      whoami(alice),
      (error: Error) =>
        error.name === 'SignatureDoesNotMatch' &&
        /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)$/.test(
          error.message,
        ),
    );
  } finally {
    aws.clock.skew(0);
  }
});

test('a signature is good for the region and service of its host only', async () => {
  const moved = clients.sts(alice, 'eu-west-1', { endpoint: 'https://sts.eu-central-1.amazonaws.com' });
  await assert.rejects(
    moved.send(new GetCallerIdentityCommand({})),
    refused('SignatureDoesNotMatch', 'Credential should be scoped to a valid region'),
  );
});

test('an unsigned request is told so, in XML', async () => {
  const answer = await clients.send('https://sts.eu-west-1.amazonaws.com/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });
  assert.equal(answer.status, 403);
  assert.match(answer.body, /<Code>MissingAuthenticationToken<\/Code>/);
  assert.match(answer.body, /<Message>Request is missing Authentication Token<\/Message>/);
});

test('a parameter changed on the way fails', async () => {
  const client = clients.tampering(alice, (body) => body.replace('name-1', 'name-2'));
  const RoleArn = 'arn:aws:iam::111122223333:role/any';
  await assert.rejects(
    client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'name-1' })),
    refused('SignatureDoesNotMatch'),
  );
});

test('the log tells who called what, where', async () => {
  aws.calls.clear();
  await whoami(alice, 'us-west-2');
  const [call] = aws.calls.log;
  assert.partialDeepStrictEqual(call, {
    operation: 'GetCallerIdentity',
    service: 'sts',
    host: 'sts.us-west-2.amazonaws.com',
    region: 'us-west-2',
    who: alice.arn,
    accessKeyId: alice.accessKeyId,
    status: 200,
    error: '',
  });
  assert.deepEqual(aws.calls.counts(), { GetCallerIdentity: 1 });
});
