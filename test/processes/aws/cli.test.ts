// The AWS CLI against the stand-in: a client no one here wrote says whether it is AWS enough.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { requires } from '../../support/requires.ts';
import type { Keys } from '../../unit/aws/clients.ts';

const run = promisify(execFile);

describe('the AWS CLI', { skip: requires('aws') }, () => {
  let aws: Aws;
  let alice: UserHandle;

  before(async () => {
    aws = await startAws();
    alice = aws.world.addUser({ account: '111122223333', name: 'alice', mfa: true });
  });
  after(() => aws.stop());

  /** The text `--query` picks from the answer, else what the CLI says on standard error. */
  async function cli(keys: Keys, ...args: readonly string[]): Promise<string> {
    const env = {
      ...aws.env,
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_MAX_ATTEMPTS: '1',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...(keys.sessionToken !== undefined && { AWS_SESSION_TOKEN: keys.sessionToken }),
    };
    const done = await run('aws', ['--output', 'text', ...args], { env }).catch((error: unknown) => error);
    const { stdout, stderr } = Object(done);
    return `${String(stdout)}${String(stderr)}`.trim();
  }

  const getToken = (code: string, ...more: readonly string[]): Promise<string> =>
    cli(alice, 'sts', 'get-session-token', '--serial-number', alice.mfaSerial, '--token-code', code, ...more);

  test('signs with a key, and not with a wrong one', async () => {
    const call = ['sts', 'get-caller-identity', '--query', 'Arn'];
    assert.equal(await cli(alice, ...call), alice.arn);
    assert.equal(aws.calls.log[0]?.host, 'sts.eu-west-1.amazonaws.com');
    const wrong = { ...alice, secretAccessKey: 'x'.repeat(40) };
    assert.match(await cli(wrong, ...call), /\(SignatureDoesNotMatch\).*GetCallerIdentity/);
  });

  test('gets a session with a code that is good once, and a role with that', async () => {
    const role = aws.world.addRole({
      account: '444455556666',
      name: 'dev',
      trust: { principals: [alice.arn], mfa: true },
    });
    const code = alice.totp();
    const query = 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]';
    const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = (
      await getToken(code, '--query', query)
    ).split('\t');
    assert.match(await getToken(code), /\(AccessDenied\).*invalid MFA one time pass code/);
    const call = ['sts', 'assume-role', '--role-arn', role.arn, '--role-session-name', 'me'];
    const arn = [...call, '--query', 'AssumedRoleUser.Arn'];
    const session = { accessKeyId, secretAccessKey, sessionToken };
    assert.equal(await cli(session, ...arn), 'arn:aws:sts::444455556666:assumed-role/dev/me');
    assert.match(await cli(alice, ...arn), /\(AccessDenied\).*is not authorized to perform: sts:AssumeRole/);
    aws.advance(12 * 3_600_000);
    assert.match(await cli(session, ...arn), /\(ExpiredToken\)/);
  });

  test('lists MFA devices and makes two keys at most', async () => {
    const devices = ['iam', 'list-mfa-devices', '--query', 'MFADevices[].SerialNumber'];
    assert.equal(await cli(alice, ...devices), alice.mfaSerial);
    const create = ['iam', 'create-access-key', '--query', 'AccessKey.Status'];
    assert.equal(await cli(alice, ...create), 'Active');
    assert.match(await cli(alice, ...create), /\(LimitExceeded\)/);
  });
});
