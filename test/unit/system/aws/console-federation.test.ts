import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Credentials } from '../../../../src/core/credentials.ts';
import type { Secret } from '../../../../src/core/secret.ts';
import { startAws, type Aws } from '../../../aws/server.ts';
import { awsUnder, cliErrorOf, credentialsOf } from '../../../support/system-aws.ts';

const SETTINGS = { region: 'eu-west-1' };
const URL_OF_REGION = 'https://eu-west-1.signin.aws.amazon.com/federation';

describe('the sign-in service of the console', { concurrency: 1 }, () => {
  let aws: Aws;
  let federated: Credentials;
  let key: Credentials;

  before(async () => {
    aws = await startAws();
    key = credentialsOf(aws.world.addUser({ account: '111122223333', name: 'alice' }));
    const sts = await awsUnder(aws.env).sts(SETTINGS);
    federated = await sts.getFederationToken(key, { name: 'alice', durationSeconds: 3600 });
  });
  beforeEach(() => {
    aws.faults.clear();
    aws.calls.clear();
  });
  after(() => aws.stop());

  async function ask(
    credentials: Credentials,
    sessionSeconds?: number,
    url = URL_OF_REGION,
    method: 'GET' | 'POST' = 'POST',
  ): Promise<Secret> {
    const service = await awsUnder(aws.env).signin(SETTINGS);
    return service.getSigninToken(credentials, { url, sessionSeconds, method });
  }

  it('asks by GET where that is said', async () => {
    const token = await ask(federated, undefined, URL_OF_REGION, 'GET');
    assert.ok(token.reveal().length > 100);
  });

  it('asks by GET where the service takes no POST', async () => {
    aws.world.addAccount('222233334444', 'aws-us-gov');
    const user = aws.world.addUser({ account: '222233334444', name: 'gov' });
    const sts = await awsUnder(aws.env).sts({ region: 'us-gov-west-1' });
    const session = await sts.getFederationToken(credentialsOf(user), { name: 'gov', durationSeconds: 3600 });
    const url = 'https://signin.amazonaws-us-gov.com/federation';
    aws.calls.clear();
    assert.ok((await ask(session, undefined, url)).reveal().length > 100);
    assert.deepEqual(
      aws.calls.log.map(({ status }) => status),
      [405, 200],
    );
  });

  it('asks once more without a duration that is refused', async () => {
    aws.calls.clear();
    assert.ok((await ask(federated, 3600)).reveal().length > 100);
    assert.deepEqual(
      aws.calls.log.map(({ status }) => status),
      [400, 200],
    );
  });

  it('gives a token for a federated session, which does not show', async () => {
    const token = await ask(federated);
    assert.ok(token.reveal().length > 100);
    assert.equal(String(token), '****');
    const [call] = aws.calls.log;
    assert.equal(call?.who, 'arn:aws:sts::111122223333:federated-user/alice');
    assert.equal(call?.host, 'eu-west-1.signin.aws.amazon.com');
  });

  it('refuses what AWS refuses, and nothing of it is quoted', async () => {
    const secrets = [federated.secretAccessKey.reveal(), federated.sessionToken?.reveal() ?? ''];
    const sts = await awsUnder(aws.env).sts(SETTINGS);
    const session = await sts.getSessionToken(key, { durationSeconds: 900 });
    assert.equal((await cliErrorOf(ask(session), ...secrets)).code, 'sign-in-refused');
    assert.equal((await cliErrorOf(ask(key))).code, 'sign-in-refused');
    const china = 'https://signin.amazonaws.cn/federation';
    assert.equal((await cliErrorOf(ask(federated, undefined, china))).code, 'sign-in-refused');
  });

  it('is asked again where that can help', async () => {
    for (const kind of ['internal', 'drop'] as const) {
      aws.calls.clear();
      aws.faults.add({ operation: 'getSigninToken', kind, times: 2 });
      assert.ok((await ask(federated)).reveal());
      assert.equal(aws.calls.count('getSigninToken'), 3, kind);
      aws.faults.clear();
    }
    aws.calls.clear();
    aws.faults.add({ operation: 'getSigninToken', kind: 'slow-down', times: 9 });
    assert.equal((await cliErrorOf(ask(federated))).code, 'unavailable');
    assert.equal(aws.calls.count('getSigninToken'), 3);
  });

  it('a captive portal is no sign-in service', async () => {
    aws.proxy.mode = { kind: 'captive', status: 302 };
    try {
      assert.equal((await cliErrorOf(ask(federated))).code, 'captive-portal');
    } finally {
      aws.proxy.mode = { kind: 'pass' };
    }
  });
});
