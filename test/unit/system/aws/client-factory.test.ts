import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Credentials } from '../../../../src/core/credentials.ts';
import type { Iam, Sts } from '../../../../src/core/ports/aws.ts';
import { Secret } from '../../../../src/core/secret.ts';
import { startAws } from '../../../aws/server.ts';
import type { Aws as StandIn } from '../../../aws/server.ts';
import type { UserHandle } from '../../../aws/world.ts';
import { awsUnder, cliErrorOf, credentialsOf } from '../../../support/system-aws.ts';

const ACCOUNT = '111122223333';
const HOUR = 3600;
// Under Bun a TLS server does not take sockets from another server, as the stand-in's does.
const skip = process.versions.bun === undefined ? false : 'the stand-in runs on Node';

let standIn: StandIn;
let sts: Sts;
let iam: Iam;
let users = 0;

before(async () => {
  standIn = await startAws();
  const aws = awsUnder(standIn.env);
  sts = await aws.sts({ region: 'eu-west-1' });
  iam = await aws.iam({ region: 'eu-west-1' });
});
after(() => standIn.stop());
afterEach(() => {
  standIn.faults.clear();
  standIn.clock.skew(0);
});

function newUser(): UserHandle {
  return standIn.world.addUser({
    account: ACCOUNT,
    name: `user${++users}`,
    mfa: true,
    permissions: { allow: ['*'] },
  });
}

function callsOf(accessKeyId: string): readonly string[] {
  return standIn.calls.log
    .filter((call) => call.accessKeyId === accessKeyId)
    .map((call) => `${call.operation} ${call.host}`);
}

describe('sts', { skip }, () => {
  it('says who signs, at the regional host', async () => {
    const user = newUser();
    assert.deepEqual(await sts.getCallerIdentity(credentialsOf(user)), {
      account: ACCOUNT,
      arn: user.arn,
      userId: user.user.id,
    });
    assert.deepEqual(callsOf(user.accessKeyId), ['GetCallerIdentity sts.eu-west-1.amazonaws.com']);
  });

  it('names the setting where Identity Center has no FIPS endpoint', async () => {
    const aws = awsUnder({ HTTPS_PROXY: 'http://127.0.0.1:9' });
    for (const [settings, named] of [
      [{ region: 'eu-west-1', fips: true }, true],
      [{ region: 'eu-west-1', fips: false }, false],
      [{ region: 'us-gov-west-1', fips: true }, false],
    ] as const) {
      const portal = await aws.sso(settings);
      const error = await cliErrorOf(portal.getRoleCredentials(new Secret('t'), '111122223333', 'r'));
      assert.equal(error.code, 'network');
      assert.equal(/use_fips_endpoint .*GovCloud only/.test(error.hints.join('; ')), named);
    }
  });

  it('reaches the FIPS, dual-stack and old global hosts when asked to', async () => {
    const aws = awsUnder(standIn.env);
    for (const [settings, host] of [
      [{ region: 'us-east-1', fips: true }, 'sts-fips.us-east-1.amazonaws.com'],
      [{ region: 'us-east-1', dualstack: true }, 'sts.us-east-1.api.aws'],
      [{ region: 'eu-west-1', stsRegionalEndpoints: 'legacy' }, 'sts.amazonaws.com'],
      [{ region: 'eu-south-1', stsRegionalEndpoints: 'legacy' }, 'sts.eu-south-1.amazonaws.com'],
    ] as const) {
      const client = await aws.sts(settings);
      // Where the stand-in does not serve a host the proxy still says that it was asked for.
      await client.getCallerIdentity(credentialsOf(newUser())).catch(() => undefined);
      assert.equal(standIn.proxy.hosts.at(-1), host);
    }
  });

  it('gets sessions with and without an MFA code, and roles with what they ask for', async () => {
    const user = newUser();
    const key = credentialsOf(user);
    const plain = await sts.getSessionToken(key, { durationSeconds: HOUR });
    assert.match(plain.accessKeyId, /^ASIA/);
    assert.ok(Math.abs((plain.expiresAt ?? 0) - Date.now() - HOUR * 1000) < 60_000);
    const session = await sts.getSessionToken(key, {
      durationSeconds: HOUR,
      mfa: { serial: user.mfaSerial, code: user.totp() },
    });
    const role = standIn.world.addRole({
      account: ACCOUNT,
      name: 'deploy',
      trust: { principals: [ACCOUNT], mfa: true, externalId: 'ext-1', sourceIdentity: 'me' },
    });
    const assumed = await sts.assumeRole(session, {
      roleArn: role.arn,
      sessionName: 'test',
      durationSeconds: 900,
      externalId: 'ext-1',
      sourceIdentity: 'me',
      tags: [{ key: 'team', value: 'red' }],
      transitiveTagKeys: ['team'],
    });
    const identity = await sts.getCallerIdentity(assumed);
    assert.equal(identity.arn, `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/test`);
  });

  it('signs in with a web identity without any credentials', async () => {
    const token = standIn.world.addWebIdentityToken({
      issuer: 'https://id.test',
      subject: 's',
      audience: 'a',
    });
    const role = standIn.world.addRole({
      account: ACCOUNT,
      name: 'web',
      trust: { webIdentity: { issuer: 'https://id.test' } },
    });
    const got = await sts.assumeRoleWithWebIdentity({
      roleArn: role.arn,
      sessionName: 'test',
      token: token.token,
    });
    assert.match(got.accessKeyId, /^ASIA/);
  });

  it('gets a federation session', async () => {
    const got = await sts.getFederationToken(credentialsOf(newUser()), {
      name: 'console',
      durationSeconds: HOUR,
      policy: { policyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
    });
    assert.match(got.accessKeyId, /^ASIA/);
  });
});

describe('iam', { skip }, () => {
  it('makes, lists, deactivates and deletes keys', async () => {
    const user = newUser();
    const key = credentialsOf(user);
    const { name } = user.user;
    assert.deepEqual(await iam.listMfaDevices(key), [user.mfaSerial]);
    const made = await iam.createAccessKey(key, name);
    assert.ok(Math.abs(made.createdAt - Date.now()) < 60_000);
    await sts.getCallerIdentity(made.credentials);
    const madeId = made.credentials.accessKeyId;
    await iam.setAccessKeyActive(key, name, user.accessKeyId, false);
    const listed = await iam.listAccessKeys(made.credentials, name);
    assert.deepEqual(
      listed.map(({ accessKeyId, active }) => [accessKeyId, active]),
      [
        [user.accessKeyId, false],
        [madeId, true],
      ],
    );
    await iam.deleteAccessKey(made.credentials, name, user.accessKeyId);
    assert.equal((await iam.listAccessKeys(made.credentials, name)).length, 1);
  });

  it('stops at the quota of two keys without trying again', async () => {
    const user = newUser();
    const key = credentialsOf(user);
    await iam.createAccessKey(key, user.user.name);
    const error = await cliErrorOf(iam.createAccessKey(key, user.user.name));
    assert.equal(error.awsCode, 'LimitExceeded');
    assert.equal(callsOf(user.accessKeyId).filter((call) => call.startsWith('CreateAccessKey')).length, 2);
  });

  it('does not make a second key after an answer that got lost', async () => {
    const user = newUser();
    standIn.calls.clear();
    standIn.faults.add({ operation: 'CreateAccessKey', kind: 'drop-after' });
    const error = await cliErrorOf(iam.createAccessKey(credentialsOf(user), user.user.name));
    assert.equal(error.code, 'network');
    assert.equal(standIn.calls.count('CreateAccessKey'), 1);
  });
});

describe('refusals', { skip }, () => {
  it('names an unknown key and a wrong secret by the end of the key id', async () => {
    const user = newUser();
    const unknown: Credentials = {
      accessKeyId: 'AKIANOSUCHKEY0000XYZ',
      secretAccessKey: new Secret('s3cr3t'),
    };
    const first = await cliErrorOf(sts.getCallerIdentity(unknown), 's3cr3t');
    assert.equal(first.awsCode, 'InvalidClientTokenId');
    assert.equal(first.exitCode, 4);
    assert.match(first.message, /^AWS does not know the access key \*{4}0XYZ: /);
    const wrong = { ...credentialsOf(user), secretAccessKey: new Secret('s3cr3t') };
    const second = await cliErrorOf(sts.getCallerIdentity(wrong), 's3cr3t', user.accessKeyId);
    assert.equal(second.awsCode, 'SignatureDoesNotMatch');
    assert.match(second.message, /does not match the access key \*{4}/);
  });

  it('tells a wrong MFA code from a wrong device, and sends a code once', async () => {
    const user = newUser();
    const ask = (mfa: { serial: string; code: string }): Promise<unknown> =>
      sts.getSessionToken(credentialsOf(user), { durationSeconds: HOUR, mfa });
    const wrongCode = await cliErrorOf(ask({ serial: user.mfaSerial, code: user.totp(-9) }));
    assert.equal(wrongCode.code, 'mfa-refused');
    assert.ok(wrongCode.message.includes(user.mfaSerial));
    const serial = `arn:aws:iam::${ACCOUNT}:mfa/nobody`;
    assert.equal((await cliErrorOf(ask({ serial, code: user.totp() }))).code, 'mfa-device');
    standIn.calls.clear();
    for (const kind of ['internal', 'throttle', 'drop', 'html'] as const) {
      standIn.faults.clear();
      standIn.faults.add({ operation: 'GetSessionToken', kind });
      await cliErrorOf(ask({ serial: user.mfaSerial, code: user.totp() }));
    }
    assert.equal(standIn.calls.count('GetSessionToken'), 4);
  });

  it('keeps the sentence of AWS where a permission is missing, and names the permission', async () => {
    const user = newUser();
    const role = standIn.world.addRole({ account: ACCOUNT, name: 'closed', trust: { principals: [] } });
    const error = await cliErrorOf(
      sts.assumeRole(credentialsOf(user), { roleArn: role.arn, sessionName: 'test', durationSeconds: 900 }),
    );
    assert.equal(error.awsCode, 'AccessDenied');
    assert.match(
      error.message,
      /^AWS denied sts:AssumeRole: User: arn:aws:iam::.* is not authorized to perform/,
    );
    assert.deepEqual(error.hints, ['the permission needed is sts:AssumeRole']);
  });

  it('points at the duration where the role allows less', async () => {
    const user = newUser();
    const role = standIn.world.addRole({ account: ACCOUNT, name: 'short', trust: { principals: [ACCOUNT] } });
    const error = await cliErrorOf(
      sts.assumeRole(credentialsOf(user), { roleArn: role.arn, sessionName: 'test', durationSeconds: 7200 }),
    );
    assert.equal(error.awsCode, 'ValidationError');
    assert.match(error.hints.join(), /duration_seconds/);
  });

  it('says that a session has ended', async () => {
    const session = await sts.getSessionToken(credentialsOf(newUser()), { durationSeconds: 900 });
    standIn.advance(1_000_000);
    const error = await cliErrorOf(sts.getCallerIdentity(session), session.sessionToken?.reveal() ?? '');
    assert.match(error.awsCode ?? '', /^ExpiredToken/);
    assert.match(error.message, /has expired$/);
  });

  it('names both clocks where they differ, without correcting in silence', async () => {
    const user = newUser();
    standIn.calls.clear();
    for (const [skew, direction] of [
      [-7_500_000, 'ahead'],
      [7_500_000, 'behind'],
    ] as const) {
      standIn.clock.skew(skew);
      const error = await cliErrorOf(sts.getCallerIdentity(credentialsOf(user)));
      assert.equal(error.code, 'clock-skew');
      const times = error.message.match(/\d{4}-\d\d-\d\d [\d:]+/g) ?? [];
      assert.equal(times.length, 2);
      assert.ok(error.message.includes(direction), error.message);
      const [here = '', there = ''] = times;
      assert.ok(Math.abs(Date.parse(there) - Date.parse(here) - skew) < 10_000);
      assert.match(error.hints.join(), /timedatectl/);
    }
    assert.equal(standIn.calls.log.length, 2);
  });
});

describe('trouble that passes', { skip }, () => {
  it('tries three times, then gives up', async () => {
    for (const kind of ['internal', 'slow-down', 'throttle', 'drop', 'html'] as const) {
      const user = newUser();
      standIn.faults.clear();
      standIn.faults.add({ operation: 'GetCallerIdentity', kind, times: 1 });
      await sts.getCallerIdentity(credentialsOf(user));
    }
    standIn.faults.clear();
    standIn.calls.clear();
    standIn.faults.add({ operation: 'GetCallerIdentity', kind: 'internal' });
    const error = await cliErrorOf(sts.getCallerIdentity(credentialsOf(newUser())));
    assert.equal(error.kind, 'aws');
    assert.equal(standIn.calls.log.length, 3);
  });
});
