import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inspect, promisify } from 'node:util';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { Secret } from '../../../src/core/secret.ts';
import { answerFor } from '../../../src/git/answer.ts';
import { parseRequest } from '../../../src/git/protocol.ts';
import { requires } from '../../support/requires.ts';
import { connect, type Clients } from '../../unit/aws/clients.ts';

const run = promisify(execFile);
const HOST = 'git-codecommit.eu-west-1.amazonaws.com';
const PATH = 'v1/repos/demo';

const crypto = {
  sha256: (data: string | Uint8Array) => createHash('sha256').update(data).digest(),
  hmacSha256: (key: string | Uint8Array, data: string | Uint8Array) =>
    createHmac('sha256', key).update(data).digest(),
};

let aws: Aws;
let clients: Clients;
let alice: UserHandle;
let folder: string;

before(async () => {
  aws = await startAws();
  clients = connect(aws);
  aws.world.addAccount('333344445555', 'aws-us-gov');
  alice = aws.world.addUser({ account: '111122223333', name: 'alice', mfa: true });
  aws.world.addRepository({
    account: '111122223333',
    region: 'eu-west-1',
    name: 'demo',
    files: { 'README.md': 'hello\n' },
    writers: [alice.arn],
  });
  folder = mkdtempSync(join(tmpdir(), 'codecommit-test-'));
});
after(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Change {
  readonly keys?: Keys;
  readonly host?: string;
  readonly path?: string;
  readonly region?: string;
  readonly ageMs?: number;
  readonly service?: 'git-upload-pack' | 'git-receive-pack';
}

/** Asks for the refs with a password made for a request that differs in one thing. */
async function ask(change: Change = {}): Promise<number> {
  const keys: Keys = change.keys ?? alice;
  const { host = HOST, path = PATH, region = 'eu-west-1', ageMs = 0, service = 'git-upload-pack' } = change;
  const credentials = {
    accessKeyId: keys.accessKeyId,
    secretAccessKey: new Secret(keys.secretAccessKey),
    ...(keys.sessionToken === undefined ? {} : { sessionToken: new Secret(keys.sessionToken) }),
  };
  const answer = answerFor(credentials, { host, path, region, time: aws.clock.wall() - ageMs }, crypto);
  const { username } = parseRequest(Buffer.from(answer));
  const password = /^password=(.*)$/m.exec(answer)?.[1] ?? '';
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const url = `https://${HOST}/${PATH}/info/refs?service=${service}`;
  return (await clients.send(url, { headers: { authorization } })).status;
}

test('a request without credentials is challenged', async () => {
  const answer = await clients.send(`https://${HOST}/${PATH}/info/refs?service=git-upload-pack`);
  assert.equal(answer.status, 401);
  assert.match(String(answer.headers['www-authenticate']), /^Basic /);
});

test('the right password is taken, and nothing near it', async () => {
  assert.equal(await ask(), 200);
  const wrong: readonly Change[] = [
    { keys: { ...alice, secretAccessKey: 'wrong' } },
    { keys: { ...alice, accessKeyId: 'AKIAUNKNOWN' } },
    { keys: { ...alice, sessionToken: 'none' } },
    { host: 'git-codecommit.eu-west-2.amazonaws.com' },
    { path: 'v1/repos/other' },
    { path: '/v1/repos/demo' },
    { region: 'eu-west-2' },
    { ageMs: 15 * 60_000 },
    { ageMs: -6 * 60_000 },
  ];
  for (const change of wrong) assert.equal(await ask(change), 403, inspect(change, { depth: 1 }));
  assert.equal(await ask({ ageMs: 14 * 60_000 }), 200);
});

test('a session needs its own token, and ends', async () => {
  const session = aws.world.issueSession(
    {
      kind: 'GetSessionToken',
      account: alice.user.account,
      arn: alice.arn,
      userId: alice.user.id,
      user: alice.user,
      chained: false,
      tags: new Map(),
      transitiveTags: new Map(),
    },
    900,
  );
  assert.equal(await ask({ keys: session }), 200);
  const { accessKeyId, secretAccessKey } = session;
  assert.equal(await ask({ keys: { accessKeyId, secretAccessKey } }), 403);
  assert.equal(await ask({ keys: { accessKeyId, secretAccessKey, sessionToken: 'other' } }), 403);
  aws.advance(901_000);
  assert.equal(await ask({ keys: session }), 403);
});

test('other accounts do not see the repository, other partitions not even the host', async () => {
  const eve = aws.world.addUser({ account: '222233334444', name: 'eve' });
  const gov = aws.world.addUser({ account: '333344445555', name: 'gov' });
  assert.equal(await ask({ keys: eve }), 404);
  assert.equal(await ask({ keys: gov }), 403);
});

test('git and the AWS CLI clone from it and push to it', { skip: requires('git', 'aws') }, async () => {
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSL_CAINFO: aws.env.AWS_CA_BUNDLE,
    HTTPS_PROXY: aws.env.HTTPS_PROXY,
    AWS_ACCESS_KEY_ID: alice.accessKeyId,
    AWS_SECRET_ACCESS_KEY: alice.secretAccessKey,
    AWS_DEFAULT_REGION: 'eu-west-1',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  const git = (...args: readonly string[]) =>
    run(
      'git',
      [
        '-c',
        'credential.helper=!aws codecommit credential-helper $@',
        '-c',
        'credential.useHttpPath=true',
        ...args,
      ],
      {
        cwd: folder,
        env: environment,
      },
    );
  const clone = join(folder, 'demo');
  await git('clone', '-q', `https://${HOST}/${PATH}`);
  assert.equal(readFileSync(join(clone, 'README.md'), 'utf8'), 'hello\n');
  writeFileSync(join(clone, 'new.txt'), 'new\n');
  await git('-C', clone, 'add', 'new.txt');
  await git('-C', clone, 'commit', '-q', '-m', 'new');
  await git('-C', clone, 'push', '-q');
  const repository = aws.world.repositories[0];
  assert.ok(repository !== undefined);
  const { stdout } = await run('git', [
    '--git-dir',
    aws.codecommit.pathOf(repository),
    'show',
    'main:new.txt',
  ]);
  assert.equal(stdout, 'new\n');
});

test('who may only read may not push', async () => {
  const reader = aws.world.addUser({ account: '111122223333', name: 'reader' });
  assert.equal(await ask({ keys: reader }), 200);
  assert.equal(await ask({ keys: reader, service: 'git-receive-pack' }), 403);
  assert.equal(await ask({ service: 'git-receive-pack' }), 200);
});

test('the hosts of every form are served', async () => {
  for (const [host, status] of [
    ['git-codecommit.us-gov-west-1.amazonaws.com', 401],
    ['git-codecommit-fips.us-east-1.amazonaws.com', 401],
    ['git-codecommit.cn-north-1.amazonaws.com.cn', 401],
    ['vpce-0a1b-c2.git-codecommit.us-east-1.vpce.amazonaws.com', 401],
    ['vpce-0a1b-c2.git-codecommit-fips.us-east-1.vpce.amazonaws.com', 401],
  ] as const) {
    assert.equal(
      (await clients.send(`https://${host}/${PATH}/info/refs?service=git-upload-pack`)).status,
      status,
      host,
    );
  }
  for (const host of [
    'git-codecommit.us-east-1.api.aws',
    'git-codecommit.cn-north-1.amazonaws.com',
    'vpce-0a.git-codecommit.us-east-1.amazonaws.com',
  ]) {
    await assert.rejects(clients.send(`https://${host}/`), host);
  }
});
