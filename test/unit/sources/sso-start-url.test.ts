import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { awsStartUrlOf, isAwsStartUrl, regionOfStartUrl } from '../../../src/core/sso/start-url.ts';
import { fromSso } from '../../../src/sources/sso.ts';
import type { AwsRequest, Reply, Route } from '../../aws/exchange.ts';
import { startAws } from '../../aws/server.ts';
import type { Aws } from '../../aws/server.ts';
import { browserThrough, createBench, stepOf } from '../../support/source-system.ts';
import type { Bench } from '../../support/source-system.ts';
import { cliErrorOf } from '../../support/system-aws.ts';

const ACCOUNT = '111122223333';
const PORTALS = [
  'https://example.awsapps.com/start',
  'https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws',
  'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef',
];

describe('a start URL', () => {
  it('is of AWS, or a name of one’s own', () => {
    for (const url of [
      ...PORTALS,
      'https://start.us-gov-home.awsapps.com/directory/d-1',
      'https://start.home.awsapps.cn/directory/d-1',
      'https://ssoins-1.cn-north-1.portal.amazonaws.com.cn',
      'https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu',
      'https://EXAMPLE.AWSAPPS.COM/start',
    ]) {
      assert.equal(isAwsStartUrl(url), true, url);
    }
    for (const url of [
      'https://sso.example.com',
      'https://awsapps.com.example.com/start',
      'https://example.com/awsapps.com',
      'https://evilawsapps.com/start',
      'https://x.awsapps.com@example.com',
      'https://bucket.s3.amazonaws.com/start',
      'https://127.0.0.1',
    ]) {
      assert.equal(isAwsStartUrl(url), false, url);
    }
  });

  it('names its region in its newer form', () => {
    assert.equal(regionOfStartUrl('https://ssoins-1.portal.eu-west-1.app.aws/'), 'eu-west-1');
    assert.equal(regionOfStartUrl('https://ssoins-1.us-east-2.portal.amazonaws.com'), 'us-east-2');
    assert.equal(regionOfStartUrl('https://ssoins-1.cn-north-1.portal.amazonaws.com.cn'), 'cn-north-1');
    for (const url of [PORTALS[0] ?? '', 'https://a.portal.eu-west-1.app.aws.example.com', 'x']) {
      assert.equal(regionOfStartUrl(url), undefined, url);
    }
  });

  it('is taken from a redirect without what belongs to the browser', () => {
    assert.equal(
      awsStartUrlOf('https://example.awsapps.com/start/?a=b#/'),
      'https://example.awsapps.com/start',
    );
    for (const url of [
      'http://example.awsapps.com/start',
      'https://me@example.awsapps.com/start',
      'https://example.awsapps.com:8443/start',
      'javascript:alert(1)',
      'https://example.com',
    ]) {
      assert.equal(awsStartUrlOf(url), undefined, url);
    }
  });
});

/** A company's own web server at sso.example.com, which answers with this. */
let answer: (request: AwsRequest) => Reply;
const vanity: Route = {
  service: 'vanity',
  serves: (host) => host === 'sso.example.com',
  operation: ({ method }) => `Vanity${method}`,
  handle: (request) => answer(request),
  renderError: ({ status }) => ({ status }),
};

let aws: Aws;
let benches: Bench[] = [];

before(async () => {
  aws = await startAws({ routes: [vanity] });
  for (const startUrl of PORTALS) {
    aws.world.sso.addInstance({
      startUrl,
      region: 'eu-west-1',
      assignments: [{ account: ACCOUNT, role: 'Admin' }],
    });
  }
});
after(() => aws.stop());
beforeEach(() => {
  aws.calls.clear();
  aws.world.sso.browser = 'approve';
});
afterEach(() => {
  for (const one of benches) one.dispose();
  benches = [];
});

function signedIn(
  startUrl: string,
  grant: 'code' | 'device',
): { made: ReturnType<typeof fromSso>; bench: Bench } {
  const config = `[sso-session work]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\n[profile p]\nsso_session = work\nsso_account_id = ${ACCOUNT}\nsso_role_name = Admin\n`;
  const env = grant === 'code' ? { ...aws.env, BROWSER: 'test' } : { ...aws.env, SSH_CONNECTION: '1 2 3 4' };
  const bench = createBench({ env, browser: browserThrough(aws.env) });
  if (grant === 'device') aws.world.sso.browser = 'elsewhere';
  benches.push(bench);
  return { made: fromSso(stepOf('sso', config, env), bench.context), bench };
}

function to(location: string, status = 302): () => Reply {
  return () => ({ status, headers: { location } });
}

describe('signing in at a start URL', () => {
  for (const startUrl of PORTALS) {
    it(`of AWS takes it as it is: ${startUrl}`, async () => {
      answer = () => assert.fail('nobody is asked');
      await signedIn(startUrl, 'code').made;
      assert.deepEqual(
        aws.calls.operations().filter((name) => name.startsWith('Vanity')),
        [],
      );
    });
  }

  for (const grant of ['code', 'device'] as const) {
    it(`of one’s own follows it to the portal, once (${grant})`, async () => {
      for (const portal of PORTALS) {
        answer = to(`${portal}/#/`);
        const { made, bench } = signedIn('https://sso.example.com/aws', grant);
        assert.match((await made).accessKeyId, /^ASIA/);
        assert.match(bench.shown.join('\n'), /Sign in to https:\/\/sso\.example\.com\/aws/);
      }
      assert.equal(aws.calls.operations().filter((name) => name === 'VanityHEAD').length, PORTALS.length);
    });
  }

  it('of one’s own asks with GET where nobody knows HEAD', async () => {
    for (const status of [405, 501]) {
      answer = ({ method }) => (method === 'HEAD' ? { status } : to(PORTALS[0] ?? '', 307)());
      await signedIn('https://sso.example.com', 'code').made;
    }
    assert.equal(aws.calls.operations().filter((name) => name === 'VanityGET').length, 2);
  });

  it('of one’s own that leads to no portal is refused before anybody signs in', async () => {
    for (const target of [
      'https://evil.example.net/start',
      'http://example.awsapps.com/start',
      'https://example.awsapps.com.evil.net/start',
      'https://example.awsapps.com:444/start',
      '/elsewhere',
    ]) {
      answer = to(target);
      const error = await cliErrorOf(signedIn('https://sso.example.com', 'code').made);
      assert.equal(error.kind, 'config', target);
      assert.match(
        error.message,
        /sso_start_url https:\/\/sso\.example\.com redirects to .*not an AWS access portal/,
      );
    }
    assert.equal(aws.calls.operations().includes('RegisterClient'), false);
  });

  it('of one’s own that leads to another region says which', async () => {
    answer = to('https://ssoins-1.portal.us-east-2.app.aws');
    const error = await cliErrorOf(signedIn('https://sso.example.com', 'code').made);
    assert.match(error.message, /but sso_region is eu-west-1/);
    assert.deepEqual(error.hints, ['write sso_region = us-east-2']);
  });

  it('of one’s own that leads nowhere is AWS’s to refuse', async () => {
    for (const reply of [{ status: 200, body: '<html>' }, { status: 404 }, { status: 302 }]) {
      answer = () => reply;
      const error = await cliErrorOf(signedIn('https://sso.example.com', 'device').made);
      assert.match(error.hints.join(' '), /is not an AWS address: if it redirects/);
    }
  });
});
