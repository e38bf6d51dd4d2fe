import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Credentials } from '../../../src/core/credentials.ts';
import { CliError } from '../../../src/core/errors.ts';
import type { ServedRequest } from '../../../src/core/ports/http.ts';
import { Secret } from '../../../src/core/secret.ts';
import { ecsEndpoint } from '../../../src/servers/ecs.ts';
import type { EcsOptions } from '../../../src/servers/ecs.ts';
import type { Answer, Endpoint } from '../../../src/servers/endpoint.ts';
import { imdsEndpoint } from '../../../src/servers/imds.ts';
import { Renewal } from '../../../src/servers/renewal.ts';
import { createCrypto } from '../../../src/system/crypto.ts';

const START = Date.UTC(2026, 0, 1);
const crypto = createCrypto();
const time = { now: START };
const clock = { now: () => time.now, sleep: async () => {} };

function credentials(accessKeyId: string, expiresAt = START + 3_600_000): Credentials {
  return {
    accessKeyId,
    secretAccessKey: new Secret('made-up'),
    sessionToken: new Secret('token'),
    expiresAt,
  };
}

function renewalOf(first: Credentials): Renewal {
  return new Renewal({ clock, first, make: async () => first });
}

function asked(target: string, ...rawHeaders: readonly string[]): ServedRequest {
  return { method: 'GET', target, rawHeaders, peer: '127.0.0.1', host: '127.0.0.1:1' };
}

function field(answer: Answer, name: string): unknown {
  return typeof answer.body === 'object' ? Reflect.get(answer.body, name) : undefined;
}

describe('the container endpoint', () => {
  const calls: string[] = [];
  const ecs = (assumeRole: EcsOptions['assumeRole']): ((target: string) => Promise<Answer>) => {
    const endpoint = ecsEndpoint({
      token: new Secret('right'),
      base: renewalOf(credentials('BASE')),
      roleArn: 'arn:aws:iam::111122223333:role/base',
      clock,
      crypto,
      assumeRole,
    });
    return (target) => endpoint.answer(asked(target, 'Authorization', 'right'));
  };
  const named: EcsOptions['assumeRole'] = async (roleArn) => {
    calls.push(roleArn);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    return credentials(`KEY-OF-${roleArn}`);
  };

  it('answers as the SDKs read it', async () => {
    assert.deepEqual(await ecs(named)('/'), {
      status: 200,
      body: {
        AccessKeyId: 'BASE',
        SecretAccessKey: 'made-up',
        Token: 'token',
        Expiration: '2026-01-01T01:00:00Z',
        RoleArn: 'arn:aws:iam::111122223333:role/base',
      },
    });
  });

  it('says that credentials without an end last an hour: clients then ask again', async () => {
    const { expiresAt: _end, ...endless } = credentials('BASE');
    const endpoint = ecsEndpoint({
      token: new Secret('right'),
      base: renewalOf(endless),
      roleArn: undefined,
      clock,
      crypto,
      assumeRole: named,
    });
    const answer = await endpoint.answer(asked('/', 'Authorization', 'right'));
    assert.equal(
      field(answer, 'Expiration'),
      new Date(time.now + 3_600_000).toISOString().replace('.000', ''),
    );
  });

  it('assumes roles and nothing else', async () => {
    const ask = ecs(named);
    calls.length = 0;
    for (const [path, status] of [
      ['/role-arn/', 400],
      ['/role-arn/role', 400],
      ['/role-arn/arn:aws:iam::111122223333:user/dana', 400],
      ['/role-arn/arn:aws:sts::111122223333:assumed-role/deploy/me', 400],
      ['/role-arn/arn:aws:iam::111122223333:role/', 400],
      ['/role-arn/%zz', 404],
      ['/other', 404],
    ] as const) {
      assert.equal((await ask(path)).status, status, path);
    }
    assert.deepEqual(calls, []);
  });

  it('never mixes roles up, and assumes each once', async () => {
    const ask = ecs(named);
    calls.length = 0;
    const roles = Array.from({ length: 20 }, (_, index) => `arn:aws:iam::444455556666:role/path/r${index}`);
    const answers = await Promise.all(
      [...roles, ...roles, ...roles].map(async (role) => [role, await ask(`/role-arn/${role}`)] as const),
    );
    for (const [role, answer] of answers) {
      assert.equal(field(answer, 'AccessKeyId'), `KEY-OF-${role}`);
      assert.equal(field(answer, 'RoleArn'), role);
    }
    assert.deepEqual(calls.toSorted(), roles.toSorted());
  });

  it('takes an escaped ARN for the same', async () => {
    const ask = ecs(named);
    calls.length = 0;
    await ask('/role-arn/arn:aws:iam::444455556666:role/a');
    await ask('/role-arn/arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Fa');
    assert.deepEqual(calls, ['arn:aws:iam::444455556666:role/a']);
  });

  it('forgets the role used longest ago when there are too many', async () => {
    const ask = ecs(named);
    const role = (index: number): string => `/role-arn/arn:aws:iam::444455556666:role/r${index}`;
    for (let index = 0; index < 64; index++) await ask(role(index));
    await ask(role(0));
    await ask(role(64));
    calls.length = 0;
    await ask(role(0));
    assert.deepEqual(calls, []);
    await ask(role(1));
    assert.equal(calls.length, 1);
  });

  it('says in the error what AWS says', async () => {
    const ask = ecs(async () => {
      throw new CliError('aws', 'AWS denied sts:AssumeRole', { awsCode: 'AccessDenied' });
    });
    assert.deepEqual(await ask('/role-arn/arn:aws:iam::444455556666:role/a'), {
      status: 403,
      body: { Code: 'Refused', Message: 'AWS denied sts:AssumeRole' },
    });
  });

  it('keeps the inside of a bug to itself', async () => {
    const ask = ecs(async () => {
      throw new TypeError('secret of the inside');
    });
    const answer = await ask('/role-arn/arn:aws:iam::444455556666:role/a');
    assert.equal(answer.status, 503);
    assert.doesNotMatch(JSON.stringify(answer), /inside/);
  });
});

describe('the metadata endpoint', () => {
  const make = (region: string | undefined): Endpoint =>
    imdsEndpoint({
      base: renewalOf(credentials('BASE')),
      region,
      roleArn: 'arn:aws:iam::111122223333:role/base',
      clock,
      crypto,
    });
  async function tokenOf(endpoint: Endpoint, ttl = '60'): Promise<string> {
    const answer = await endpoint.answer({
      ...asked('/latest/api/token', 'X-aws-ec2-metadata-token-ttl-seconds', ttl),
      method: 'PUT',
    });
    assert.equal(answer.status, 200);
    assert.ok(typeof answer.body === 'string');
    return answer.body;
  }
  async function read(endpoint: Endpoint, path: string): Promise<Answer> {
    return endpoint.answer(asked(path, 'X-aws-ec2-metadata-token', await tokenOf(endpoint)));
  }

  it('has role, credentials, region', async () => {
    const imds = make('eu-west-1');
    for (const end of ['', '/']) {
      assert.equal((await read(imds, `/latest/meta-data/iam/security-credentials${end}`)).body, 'ccvault');
    }
    assert.deepEqual((await read(imds, '/latest/meta-data/iam/security-credentials/ccvault')).body, {
      Code: 'Success',
      LastUpdated: '2026-01-01T00:00:00Z',
      Type: 'AWS-HMAC',
      AccessKeyId: 'BASE',
      SecretAccessKey: 'made-up',
      Token: 'token',
      Expiration: '2026-01-01T01:00:00Z',
    });
    assert.equal((await read(imds, '/latest/meta-data/placement/region')).body, 'eu-west-1');
    const document = await read(imds, '/latest/dynamic/instance-identity/document');
    assert.deepEqual(document.body, { region: 'eu-west-1', accountId: '111122223333' });
    assert.equal(field(await read(imds, '/latest/meta-data/iam/info'), 'Code'), 'Success');
  });

  it('has no region where none is known', async () => {
    assert.equal((await read(make(undefined), '/latest/meta-data/placement/region')).status, 404);
  });

  it('takes its own tokens alone, and as long as they live', async () => {
    const [one, other] = [make('eu-west-1'), make('eu-west-1')];
    const token = await tokenOf(one, '60');
    const with_ = async (endpoint: Endpoint): Promise<number> =>
      (await endpoint.answer(asked('/latest/meta-data/placement/region', 'X-Aws-Ec2-Metadata-Token', token)))
        .status;
    assert.equal(await with_(one), 200);
    assert.equal(await with_(other), 401);
    time.now += 60_000;
    assert.equal(await with_(one), 401);
    time.now = START;
  });
});
