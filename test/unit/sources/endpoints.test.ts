import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Credentials } from '../../../src/core/credentials.ts';
import type { Environment } from '../../../src/core/ports/environment.ts';
import { fromContainer } from '../../../src/sources/container.ts';
import { fromInstance } from '../../../src/sources/instance.ts';
import { listenOnLoopback } from '../../aws/listen.ts';
import { startMetadata } from '../../aws/metadata.ts';
import type { Metadata } from '../../aws/metadata.ts';
import { startAws } from '../../aws/server.ts';
import type { Aws } from '../../aws/server.ts';
import { createBench } from '../../support/source-system.ts';
import type { Bench, BenchSetup } from '../../support/source-system.ts';
import { cliErrorOf } from '../../support/system-aws.ts';

const ACCOUNT = '111122223333';
const step = { kind: 'container', profile: undefined, reason: '', cacheKey: '' } as const;
const instanceStep = { ...step, kind: 'instance' } as const;

let aws: Aws;
let metadata: Metadata;
let empty: Metadata;
let benches: Bench[] = [];

before(async () => {
  aws = await startAws();
  const role = aws.world.addRole({ account: ACCOUNT, name: 'machine', trust: {} });
  metadata = await startMetadata(aws, role);
  empty = await startMetadata(aws);
});
after(async () => {
  await Promise.all([metadata.stop(), empty.stop()]);
  await aws.stop();
});
afterEach(() => {
  aws.calls.clear();
  aws.faults.clear();
  for (const one of benches) one.dispose();
  benches = [];
});

// A proxy stands in every environment here: nothing may go through it.
function bench(env: Environment, setup: BenchSetup = {}): Bench {
  const proxies = { ...aws.env, http_proxy: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };
  const made = createBench({ ...setup, env: { ...proxies, ...env } });
  benches.push(made);
  return made;
}

function fromContainerWith(env: Environment): Promise<Credentials> {
  return fromContainer(step, bench(env).context);
}

function fromInstanceWith(env: Environment): Promise<Credentials> {
  return fromInstance(instanceStep, bench(env).context);
}

async function assertGood(credentials: Credentials): Promise<void> {
  const sts = await bench({}).context.system.aws.sts({ region: 'eu-west-1' });
  assert.match((await sts.getCallerIdentity(credentials)).arn, /assumed-role\/machine\//);
  assert.ok((credentials.expiresAt ?? 0) > Date.now());
}

describe('container', () => {
  it('gives its credentials for the token', async () => {
    await assertGood(await fromContainerWith(metadata.containerEnv));
    assert.equal(aws.calls.count('ContainerCredentials'), 1);
  });

  it('takes the token file over the token, and reads it each time', async () => {
    const made = bench({});
    const file = join(made.folder, 'token');
    const env = {
      ...metadata.containerEnv,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'wrong',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    };
    assert.match((await cliErrorOf(fromContainerWith(env))).message, /token file .* does not exist/);
    writeFileSync(file, metadata.containerToken);
    await assertGood(await fromContainerWith(env));
    for (const end of ['\n', '\r\n']) {
      writeFileSync(file, metadata.containerToken + end);
      await assertGood(await fromContainerWith(env));
    }
    for (const end of [
      '\r',
      '\n\n',
      '\r\n\n',
      '\nx',
      '\nx\n',
      '\0',
      '\u000B',
      '\u007F',
      'é',
      '\uFEFF',
      '日本',
    ]) {
      writeFileSync(file, metadata.containerToken + end);
      const error = await cliErrorOf(fromContainerWith(env), metadata.containerToken);
      assert.match(error.message, /line break or another character that a header cannot contain/);
      const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: _, ...direct } = env;
      const token = metadata.containerToken + end;
      const other = fromContainerWith({ ...direct, AWS_CONTAINER_AUTHORIZATION_TOKEN: token });
      assert.equal((await cliErrorOf(other, metadata.containerToken)).kind, 'config');
    }
    writeFileSync(file, metadata.containerToken);
    await assertGood(
      await fromContainerWith({
        ...env,
        PLACE: made.folder,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '$PLACE/token',
      }),
    );
  });

  it('holds the endpoint to https, loopback and the known hosts', async () => {
    for (const uri of [
      'http://example.com/c',
      'http://169.254.169.254/c',
      'http://169.254.170.20/c',
      'http://[fd00:ec2::24]/c',
      'http://127.0.0.1.example.com/c',
      'ftp://127.0.0.1/c',
      'nonsense',
    ]) {
      const error = await cliErrorOf(fromContainerWith({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri }));
      assert.equal(error.kind, 'config', uri);
    }
    const escape = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@example.com/c' };
    assert.equal((await cliErrorOf(fromContainerWith(escape))).kind, 'config');
    assert.equal((await cliErrorOf(fromContainerWith({}))).kind, 'config');
  });

  it('asks ECS for the relative URI, before the full one', async () => {
    const { context } = bench({
      ...metadata.containerEnv,
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x?y=1',
    });
    const asked: string[] = [];
    const system = {
      ...context.system,
      requestLocal: async ({ url }: { url: string }) => {
        asked.push(url);
        return { status: 404, body: '' };
      },
    };
    await cliErrorOf(fromContainer(step, { ...context, system }));
    assert.deepEqual(asked, ['http://169.254.170.2/v2/x?y=1']);
  });

  it('says what the endpoint answered, and tries again only where that may help', async () => {
    const wrong = { ...metadata.containerEnv, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'wrong' };
    assert.match((await cliErrorOf(fromContainerWith(wrong))).message, /HTTP status 401/);
    assert.equal(aws.calls.count('ContainerCredentials'), 1);
    aws.calls.clear();
    aws.faults.add({ operation: 'ContainerCredentials', kind: 'internal', times: 2 });
    await assertGood(await fromContainerWith(metadata.containerEnv));
    assert.equal(aws.calls.count('ContainerCredentials'), 3);
    assert.match((await cliErrorOf(fromContainerWith(empty.containerEnv))).message, /HTTP status 404/);
  });

  it('does not hand out dead or half credentials, nor show them', async () => {
    const good = {
      AccessKeyId: 'ASIAMADEUP',
      SecretAccessKey: 'hush',
      Token: 't',
      Expiration: '2100-01-01T00:00:00Z',
    };
    for (const [body, said] of [
      [JSON.stringify({ ...good, Expiration: '2020-01-01T00:00:00Z' }), /expired at (?:2019|2020)-/],
      [JSON.stringify({ ...good, Token: undefined }), /contains no credentials/],
      [JSON.stringify({ ...good, Expiration: 'x' }), /Expiration that is not a time with a zone/],
      [
        JSON.stringify({ ...good, Expiration: '2100-01-01T00:00:00' }),
        /Expiration that is not a time with a zone/,
      ],
      [JSON.stringify({ ...good, Expiration: '2100-01-01' }), /Expiration that is not a time with a zone/],
      [JSON.stringify({ ...good, Token: 'two\nlines' }), /session token with blanks/],
      [JSON.stringify(good).slice(0, -5), /contains no credentials/],
    ] as const) {
      const server = createServer((_request, response) => response.end(body));
      const port = await listenOnLoopback(server);
      const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://localhost:${port}/` };
      assert.match((await cliErrorOf(fromContainerWith(env), 'hush')).message, said);
      server.close();
    }
  });
});

describe('instance', () => {
  it('gives its role by version 2', async () => {
    await assertGood(await fromInstanceWith(metadata.instanceEnv));
    assert.deepEqual(aws.calls.operations().slice(0, 3), ['ImdsToken', 'ImdsRole', 'ImdsCredentials']);
    assert.ok(aws.calls.log.every(({ status }) => status === 200));
  });

  it('is asked again after trouble of its own, and once after a refusal', async () => {
    aws.faults.add({ operation: 'ImdsToken', kind: 'internal', times: 2 });
    await assertGood(await fromInstanceWith(metadata.instanceEnv));
    assert.equal(aws.calls.count('ImdsToken'), 3);
    aws.calls.clear();
    aws.faults.clear();
    aws.faults.add({ operation: 'ImdsToken', kind: 'internal' });
    assert.match((await cliErrorOf(fromInstanceWith(metadata.instanceEnv))).message, /HTTP status 500/);
    assert.equal(aws.calls.count('ImdsToken'), 3);
    aws.calls.clear();
    aws.faults.clear();
    assert.match((await cliErrorOf(fromInstanceWith(empty.instanceEnv))).message, /HTTP status 404/);
    assert.equal(aws.calls.count('ImdsRole'), 1);
  });

  it('sends no token that a header cannot carry', async () => {
    for (const body of ['', ' \n', 'two\nlines', 'two words', 'a\u0001b', '\u001B[31m', 'jeton-é']) {
      const { context } = bench({});
      let asked = 0;
      const requestLocal = async (): Promise<{ status: number; body: string }> => {
        asked += 1;
        return { status: 200, body };
      };
      const error = await cliErrorOf(
        fromInstance(instanceStep, { ...context, system: { ...context.system, requestLocal } }),
      );
      assert.match(error.message, /returns no IMDSv2 token/);
      assert.equal(asked, 1);
    }
  });

  async function askedFor(role: string): Promise<readonly string[]> {
    const { context } = bench({});
    const asked: string[] = [];
    const answers = ['token', `${role}\n`, ''];
    const system = {
      ...context.system,
      requestLocal: async ({ url }: { url: string }) => {
        asked.push(url);
        return { status: 200, body: answers.shift() ?? '' };
      },
    };
    await cliErrorOf(fromInstance(instanceStep, { ...context, system }));
    return asked.slice(2);
  }

  it('puts the name of a role into the path as it is, where it is one that IAM has', async () => {
    const path = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/';
    for (const role of ['machine', 'a+b@c', 'a=b,c.d-e_f']) {
      assert.deepEqual(await askedFor(role), [path + role]);
    }
    for (const role of ['a/../../user data?x#y', 'a b', 'a%2Fb', 'rôle']) {
      assert.deepEqual(await askedFor(role), [], role);
    }
  });

  it('takes the endpoint of the profile below that of the environment', async () => {
    const endpoint = metadata.instanceEnv['AWS_EC2_METADATA_SERVICE_ENDPOINT'];
    await assertGood(await fromInstance({ ...instanceStep, endpoint }, bench({}).context));
    const nowhere = { ...instanceStep, profile: 'p', endpoint: 'http://127.0.0.1:9', endpointMode: 'IPv5' };
    await assertGood(await fromInstance(nowhere, bench(metadata.instanceEnv).context));
    const { endpoint: _, ...mode } = nowhere;
    const error = await cliErrorOf(fromInstance(mode, bench({}).context));
    assert.match(error.message, /profile p: ec2_metadata_service_endpoint_mode is neither IPv4 nor IPv6/);
    const open = { ...instanceStep, profile: 'p', endpoint: 'http://example.com' };
    const refused = await cliErrorOf(fromInstance(open, bench({}).context));
    assert.match(refused.message, /profile p: ec2_metadata_service_endpoint sends credentials unencrypted/);
  });

  it('asks nobody where it is switched off', async () => {
    const error = await cliErrorOf(
      fromInstanceWith({ ...metadata.instanceEnv, AWS_EC2_METADATA_DISABLED: 'TRUE' }),
    );
    assert.match(error.message, /turned off by AWS_EC2_METADATA_DISABLED/);
    assert.deepEqual(aws.calls.operations(), []);
  });

  it('chooses the endpoint', async () => {
    for (const [env, expected] of [
      [{}, 'http://169.254.169.254/latest/api/token'],
      [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6' }, 'http://[fd00:ec2::254]/latest/api/token'],
      [
        { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://[fd00:ec2::254]/' },
        'http://[fd00:ec2::254]/latest/api/token',
      ],
      [
        {
          AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1/x/',
          AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
        },
        'http://127.0.0.1:1/x/latest/api/token',
      ],
    ] as const) {
      const { context } = bench(env);
      const asked: string[] = [];
      const requestLocal = async ({ url }: { url: string }): Promise<{ status: number; body: string }> => {
        asked.push(url);
        return { status: 403, body: '' };
      };
      await cliErrorOf(
        fromInstance(instanceStep, { ...context, system: { ...context.system, requestLocal } }),
      );
      assert.deepEqual(asked, [expected]);
    }
    for (const env of [
      { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv5' },
      { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://example.com' },
      { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'nonsense' },
    ]) {
      assert.equal((await cliErrorOf(fromInstanceWith(env))).kind, 'config');
    }
  });

  it('names what is missing', async () => {
    assert.match((await cliErrorOf(fromInstanceWith(empty.instanceEnv))).message, /has no role/);
    const nobody = { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9' };
    assert.match(
      (await cliErrorOf(fromInstanceWith(nobody))).message,
      /does not respond: cannot reach 127\.0\.0\.1:9/,
    );
    aws.faults.add({ operation: 'ImdsToken', kind: 'hang' });
    assert.match((await cliErrorOf(fromInstanceWith(metadata.instanceEnv))).message, /no response in time/);
  });
});
