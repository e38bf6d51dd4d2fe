import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { connect, keysOf, type Answer, type Clients, type Keys } from './clients.ts';

const SIGN_IN = 'https://signin.aws.amazon.com/federation';
const DESTINATION = 'https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1';

let aws: Aws;
let clients: Clients;
let alice: UserHandle;

before(async () => {
  aws = await startAws();
  clients = connect(aws);
  alice = aws.world.addUser({ account: '111122223333', name: 'alice' });
  for (const name of ['first', 'second']) {
    aws.world.addRole({ account: '111122223333', name, trust: { principals: ['111122223333'] } });
  }
});
after(() => aws.stop());

async function roleKeys(keys: Keys, name: string): Promise<Required<Keys>> {
  const input = { RoleArn: `arn:aws:iam::111122223333:role/${name}`, RoleSessionName: 'me' };
  return keysOf(await clients.sts(keys).send(new AssumeRoleCommand(input)));
}

function form(keys: Required<Keys>, more: Record<string, string> = {}): string {
  const { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken } = keys;
  const Session = JSON.stringify({ sessionId, sessionKey, sessionToken });
  return new URLSearchParams({ Action: 'getSigninToken', Session, ...more }).toString();
}

function askToken(keys: Required<Keys>, more: Record<string, string> = {}, url = SIGN_IN): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return clients.send(url, { method: 'POST', headers, body: form(keys, more) });
}

function tokenOf(answer: Answer): string {
  assert.equal(answer.status, 200, answer.body);
  const value: unknown = JSON.parse(answer.body);
  assert.ok(typeof value === 'object' && value !== null && 'SigninToken' in value);
  return String(value.SigninToken);
}

function login(SigninToken: string, Destination = DESTINATION): Promise<Answer> {
  const query = new URLSearchParams({ Action: 'login', Issuer: 'test', Destination, SigninToken });
  return clients.send(`${SIGN_IN}?${query.toString()}`);
}

test('role credentials become a signed-in browser, by POST or by GET', async () => {
  const keys = await roleKeys(alice, 'first');
  const posted = await login(tokenOf(await askToken(keys, { SessionDuration: '43200' })));
  assert.equal(posted.status, 302);
  assert.equal(posted.headers['location'], DESTINATION);
  const got = await login(tokenOf(await clients.send(`${SIGN_IN}?${form(keys)}`)));
  assert.equal(got.status, 302);
  const who = 'arn:aws:sts::111122223333:assumed-role/first/me';
  const common = { who, destination: DESTINATION, issuer: 'test' };
  assert.deepEqual(aws.signIns, [
    { ...common, sessionDuration: 43_200, method: 'POST' },
    { ...common, sessionDuration: undefined, method: 'GET' },
  ]);
});

test('the token needs all three parts of a live session', async () => {
  const keys = await roleKeys(alice, 'first');
  for (const part of ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const) {
    assert.equal((await askToken({ ...keys, [part]: `${keys[part]}x` })).status, 400);
  }
  assert.equal((await askToken({ ...alice, sessionToken: '' })).status, 400);
  aws.advance(3_600_000);
  assert.equal((await askToken(keys)).status, 400);
});

test('GetSessionToken credentials are refused, federated ones are not', async () => {
  const session = keysOf(await clients.sts(alice).send(new GetSessionTokenCommand({})));
  assert.equal((await askToken(session)).status, 400);
  const fed = keysOf(await clients.sts(alice).send(new GetFederationTokenCommand({ Name: 'fed' })));
  tokenOf(await askToken(fed));
  assert.equal((await askToken(fed, { SessionDuration: '3600' })).status, 400);
});

test('SessionDuration is refused for role chains and outside its range', async () => {
  const first = await roleKeys(alice, 'first');
  const second = await roleKeys(first, 'second');
  assert.equal((await askToken(second, { SessionDuration: '3600' })).status, 400);
  tokenOf(await askToken(second));
  for (const SessionDuration of ['899', '43201', '1h', '']) {
    assert.equal((await askToken(first, { SessionDuration })).status, 400, SessionDuration);
  }
});

test('a sign-in token is good for 15 minutes and for the console only', async () => {
  const token = tokenOf(await askToken(await roleKeys(alice, 'first')));
  assert.equal((await login(`${token}x`)).status, 400);
  for (const elsewhere of [
    'https://evil.example/',
    'http://console.aws.amazon.com/',
    'https://console.aws.amazon.com.evil.example/',
    'https://console.amazonaws.cn/',
    'nonsense',
  ]) {
    assert.equal((await login(token, elsewhere)).status, 400, elsewhere);
  }
  aws.advance(14 * 60_000);
  assert.equal((await login(token)).status, 302);
  aws.advance(60_000);
  assert.equal((await login(token)).status, 400);
});

test('each partition has its own sign-in host', async () => {
  const keys = await roleKeys(alice, 'first');
  tokenOf(await askToken(keys, {}, 'https://eu-west-1.signin.aws.amazon.com/federation'));
  assert.equal((await askToken(keys, {}, 'https://signin.amazonaws.cn/federation')).status, 400);
  // Where nobody is known to have asked with POST, it is refused before anything is looked at.
  assert.equal((await askToken(keys, {}, 'https://signin.amazonaws-us-gov.com/federation')).status, 405);
});
