import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, it } from 'node:test';
import { fromLogin } from '../../../src/sources/login-session.ts';
import { startAws } from '../../aws/server.ts';
import type { Aws } from '../../aws/server.ts';
import type { User } from '../../aws/entities.ts';
import { createBench, stepOf } from '../../support/source-system.ts';
import type { Bench } from '../../support/source-system.ts';
import { cliErrorOf } from '../../support/system-aws.ts';

const SESSION = 'arn:aws:iam::111122223333:user/dev';
const CONFIG = `[profile p]\nlogin_session = ${SESSION}\nregion = eu-west-1\n`;

let aws: Aws;
let bench: Bench;
let user: User;
let cacheFile: string;

// The provider reads the environment of its process.
before(async () => {
  aws = await startAws();
  ({ user } = aws.world.addUser({ account: '111122223333', name: 'dev' }));
  bench = createBench({ env: aws.env });
  const cache = join(bench.folder, '.aws/login/cache');
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(bench.folder, 'config'), CONFIG);
  process.env['AWS_CONFIG_FILE'] = join(bench.folder, 'config');
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(bench.folder, 'credentials');
  process.env['AWS_LOGIN_CACHE_DIRECTORY'] = cache;
  cacheFile = join(cache, `${createHash('sha256').update(SESSION).digest('hex')}.json`);
});
after(async () => {
  bench.dispose();
  await aws.stop();
});
beforeEach(() => {
  aws.calls.clear();
  rmSync(cacheFile, { force: true });
});

function signIn(change: object = {}): void {
  const document = aws.login.signIn(aws.world, user);
  const accessToken = { ...document.accessToken, ...change };
  writeFileSync(cacheFile, JSON.stringify({ ...document, accessToken }));
}

const step = stepOf('login', CONFIG);

it('uses what the AWS CLI signed in to', async () => {
  signIn();
  const credentials = await fromLogin(step, bench.context);
  const sts = await bench.context.system.aws.sts({ region: 'eu-west-1' });
  assert.equal((await sts.getCallerIdentity(credentials)).arn, user.arn);
  assert.deepEqual(aws.calls.operations(), ['GetCallerIdentity']);
});

it('renews it in place, through the proxy', async () => {
  signIn({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
  const first = await fromLogin(step, bench.context);
  const second = await fromLogin(step, bench.context);
  assert.equal(first.accessKeyId, second.accessKeyId);
  assert.ok((first.expiresAt ?? 0) > Date.now() + 800_000);
  assert.ok(readFileSync(cacheFile, 'utf8').includes(first.accessKeyId));
  assert.deepEqual(aws.calls.operations(), ['CreateOAuth2Token']);
});

it('names the command when there is no sign-in, it ended or it is damaged', async () => {
  const check = async (said: RegExp): Promise<void> => {
    const error = await cliErrorOf(fromLogin(step, bench.context));
    assert.equal(error.code, 'sign-in-needed');
    assert.match(error.message, said);
    assert.deepEqual(error.hints, ['sign in again: aws login --profile p']);
  };
  await check(/profile p .*it does not exist/);
  writeFileSync(cacheFile, '{"accessToken": {"secretAccessKey": "hu');
  await check(/it does not exist or cannot be read/);
  signIn({ expiresAt: new Date(Date.now() - 60_000).toISOString() });
  aws.login.revoke();
  await check(/it has expired/);
});

it('hands out nothing that is no credentials, nor what ends at a time without a zone', async () => {
  for (const [change, said] of [
    [{ expiresAt: '2099-11-27T00:47:46' }, /expiresAt in .*\.json is not a time with a zone/],
    [{ expiresAt: '2099-11-27' }, /is not a time with a zone/],
    [{ expiresAt: 'soon' }, /is not a time with a zone/],
    [{ expiresAt: 4_070_908_800 }, /is not a time with a zone/],
    [{ expiresAt: null }, /is not a time with a zone/],
    [{ sessionToken: 'hush\nhost=github.com' }, /holds no temporary credentials/],
    [{ sessionToken: 'hush hush' }, /session token with blanks/],
    [{ sessionToken: '' }, /holds no temporary credentials/],
    [{ sessionToken: 7 }, /holds no temporary credentials/],
    [{ sessionToken: 'hush'.repeat(10_000) }, /session token of more than/],
    [{ accessKeyId: 'A B' }, /access key id with blanks/],
    [{ secretAccessKey: 'hush\u0000' }, /holds no temporary credentials/],
  ] as const) {
    signIn({ expiresAt: new Date(Date.now() + 800_000).toISOString(), ...change });
    const error = await cliErrorOf(fromLogin(step, bench.context), 'hush');
    assert.match(error.message, /^the sign-in of aws login for profile p cannot be used: /);
    assert.match(error.message, said);
    assert.deepEqual(error.hints, ['sign in again: aws login --profile p']);
  }
  assert.deepEqual(aws.calls.operations(), []);
});
