import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { CreateAccessKeyCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Route } from '../../aws/exchange.ts';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { connect, refused, type Clients } from './clients.ts';

let aws: Aws;
let clients: Clients;
let alice: UserHandle;

const echo: Route = {
  service: 'echo',
  serves: (host) => host === 'echo.example',
  operation: () => 'Echo',
  handle: (request) => ({ status: 200, body: request.body }),
  renderError: (error) => ({ status: error.status, body: error.code }),
};

before(async () => {
  aws = await startAws({ routes: [echo] });
  clients = connect(aws);
  alice = aws.world.addUser({ account: '111122223333', name: 'alice' });
});
afterEach(() => {
  aws.faults.clear();
  aws.proxy.mode = { kind: 'pass' };
});
after(() => aws.stop());

const whoami = (more: { maxAttempts?: number } = {}): Promise<unknown> =>
  clients.sts(alice, 'eu-west-1', more).send(new GetCallerIdentityCommand({}));

test('further services plug in by host', async () => {
  const answer = await clients.send('https://echo.example/', { method: 'POST', body: 'hello' });
  assert.equal(answer.body, 'hello');
  aws.faults.add({ operation: 'Echo', kind: 'throttle' });
  assert.equal((await clients.send('https://echo.example/')).body, 'Throttling');
});

test('a fault befalls the n-th call, so many times', async () => {
  aws.faults.add({ operation: 'GetCallerIdentity', kind: 'throttle', nth: 2, times: 1 });
  await whoami();
  await assert.rejects(whoami(), refused('Throttling', 'Rate exceeded'));
  await whoami();
});

test('a client that retries gets over throttling and server errors', async () => {
  aws.faults.add({ operation: '*', kind: 'internal', times: 1 });
  aws.calls.clear();
  await whoami({ maxAttempts: 3 });
  assert.deepEqual(
    aws.calls.log.map((call) => call.status),
    [500, 200],
  );
});

test('an answer can be lost after the call took effect', async () => {
  aws.faults.add({ operation: 'CreateAccessKey', kind: 'drop-after', times: 1 });
  const iam = clients.iam(alice);
  await assert.rejects(iam.send(new CreateAccessKeyCommand({})));
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({}));
  assert.equal(AccessKeyMetadata?.length, 2);
  aws.faults.add({ operation: 'ListAccessKeys', kind: 'drop', times: 1 });
  await assert.rejects(iam.send(new ListAccessKeysCommand({})));
});

test('a page that is not from AWS can come instead', async () => {
  aws.faults.add({ operation: 'GetCallerIdentity', kind: 'html', times: 1 });
  await assert.rejects(whoami());
  aws.proxy.mode = { kind: 'captive', status: 302 };
  const answer = await clients.send('https://sts.eu-west-1.amazonaws.com/');
  assert.equal(answer.status, 302);
  assert.equal(answer.headers['content-type'], 'text/html');
});

test('a hung call ends with the stand-in at the latest', async () => {
  const other = await startAws();
  other.faults.add({ operation: '*', kind: 'hang' });
  const url = 'https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity';
  const hung = connect(other).send(url);
  const settled = assert.rejects(hung);
  while (other.calls.log.length === 0) await new Promise(setImmediate);
  await other.stop();
  await settled;
});

test('the proxy records host names, and knows only those that exist', async () => {
  aws.proxy.hosts.length = 0;
  await whoami();
  await assert.rejects(clients.send('https://sts.nowhere-1.amazonaws.com/'));
  await assert.rejects(clients.send('https://echo.example:8443/'));
  assert.deepEqual(aws.proxy.hosts, [
    'sts.eu-west-1.amazonaws.com',
    'sts.nowhere-1.amazonaws.com',
    'echo.example',
  ]);
});

test('the proxy can refuse, drop, and ask for a password', async () => {
  for (const kind of ['refuse', 'drop'] as const) {
    aws.proxy.mode = { kind };
    await assert.rejects(whoami());
  }
  aws.proxy.mode = { kind: 'auth', user: 'me', password: 'made-up' };
  await assert.rejects(whoami());
  const url = new URL(aws.env.HTTPS_PROXY);
  url.username = 'me';
  url.password = 'made-up';
  const authenticated = connect({ env: { ...aws.env, HTTPS_PROXY: url.href } });
  await authenticated.sts(alice).send(new GetCallerIdentityCommand({}));
});

test('the proxy serves nothing but CONNECT', async () => {
  const status = await new Promise((resolve, reject) => {
    const target = {
      path: 'http://sts.eu-west-1.amazonaws.com/',
      headers: { host: 'sts.eu-west-1.amazonaws.com' },
    };
    httpRequest(aws.env.HTTPS_PROXY, target, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  assert.equal(status, 405);
});

test('a Host header other than the TLS server name is refused', async () => {
  const answer = await clients.send('https://sts.eu-west-1.amazonaws.com/', {
    headers: { host: 'echo.example' },
    servername: 'sts.eu-west-1.amazonaws.com',
  });
  assert.equal(answer.status, 421);
});
