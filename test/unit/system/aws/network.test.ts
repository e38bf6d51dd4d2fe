import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { Secret } from '../../../../src/core/secret.ts';
import { listenOnLoopback } from '../../../aws/listen.ts';
import { startAws } from '../../../aws/server.ts';
import type { Aws as StandIn } from '../../../aws/server.ts';
import { awsUnder, cliErrorOf, credentialsOf } from '../../../support/system-aws.ts';

const CREDENTIALS = credentialsOf({ accessKeyId: 'AKIAMADEUPFORTESTS00', secretAccessKey: 'made-up-s3cr3t' });
const SECRETS = ['made-up-s3cr3t', 'proxy-passw0rd', 'AWS4-HMAC'];
// Under Bun a TLS server does not take sockets from another server, as the stand-in's does.
const skip = process.versions.bun === undefined ? false : 'the stand-in runs on Node';
const IDENTITY =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Arn>arn:aws:iam::111122223333:user/me</Arn><UserId>AIDA</UserId><Account>111122223333</Account>' +
  '</GetCallerIdentityResult></GetCallerIdentityResponse>';

let standIn: StandIn;
let folder = '';
let answer: RequestListener = () => {};
let requests: IncomingMessage[] = [];
let port = 0;
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});

before(async () => {
  standIn = await startAws();
  folder = mkdtempSync(join(tmpdir(), 'ccvault-aws-'));
  port = await listenOnLoopback(server);
});
after(async () => {
  await standIn.stop();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  requests = [];
  standIn.proxy.mode = { kind: 'pass' };
});

async function ask(env: Record<string, string>, endpoint?: string, caBundle?: string): Promise<unknown> {
  const sts = await awsUnder(env).sts({
    region: 'us-east-1',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(caBundle === undefined ? {} : { caBundle }),
  });
  return sts.getCallerIdentity(CREDENTIALS);
}

function askServer(): Promise<unknown> {
  return ask({}, `http://127.0.0.1:${port}`);
}

function xml(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/xml', ...headers });
  response.end(body);
}

describe('an identity', () => {
  it('is taken only where AWS could have given it, and not quoted otherwise', async () => {
    const whole = {
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/r/me',
      UserId: 'AROA:me',
    };
    let fields: Record<string, string> = whole;
    answer = (_, response) => {
      const elements = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
      xml(response, 200, IDENTITY.replace(/<Arn>.*<\/Account>/, elements.join('')));
    };
    assert.deepEqual(await askServer(), {
      account: whole.Account,
      arn: whole.Arn,
      userId: whole.UserId,
    });
    for (const [change, said] of [
      [{ Account: '12' }, /account id that is not 12 digits/],
      [{ Account: '../../evil' }, /account id/],
      [{ Account: '111122223333&#10;evil' }, /account id/],
      [{ Account: '' }, /account id/],
      [{ Arn: 'evil' }, /invalid ARN/],
      [{ Arn: `${whole.Arn}&#10;evil` }, /invalid ARN/],
      [{ Arn: `${whole.Arn}&#27;[31mevil` }, /invalid ARN/],
      [{ Arn: `${whole.Arn}&#x202e;evil` }, /invalid ARN/],
      [{ UserId: 'AIDA&#10;evil' }, /user id with blanks/],
      [{ UserId: '&#x202e;evil' }, /user id with blanks/],
      [{ UserId: 'evil'.repeat(100) }, /user id with blanks/],
    ] as const) {
      fields = { ...whole, ...change };
      const error = await cliErrorOf(askServer(), 'evil', ...SECRETS);
      assert.match(error.message, said);
      assert.equal(error.code, 'bad-answer');
    }
  });
});

describe('what a person is told to open', () => {
  it('is https, or on this machine, under no name that looks like another host', async () => {
    const device = { deviceCode: 'd', userCode: 'ABCD-EFGH', expiresIn: 600, interval: 1 };
    const oidc = await awsUnder({}).ssoOidc({ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` });
    const client = { clientId: 'c', clientSecret: new Secret('s'), expiresAt: 0 };
    const start = async (verificationUri: unknown, complete?: unknown): Promise<string> => {
      answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ...device, verificationUri, verificationUriComplete: complete }));
      };
      const started = await oidc.startDeviceAuthorization(client, 'https://x.awsapps.com/start');
      return started.verificationUriComplete;
    };
    const good = 'https://device.sso.us-east-1.amazonaws.com/';
    assert.equal(await start(good, `${good}?user_code=A`), `${good}?user_code=A`);
    assert.equal(await start(`http://localhost:${port}/`), `http://localhost:${port}/`);
    for (const bad of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'data:text/html,x',
      'http://device.sso.us-east-1.amazonaws.com/',
      'https://device.sso.us-east-1.amazonaws.com@evil.example/',
      '--help',
      'device.sso.us-east-1.amazonaws.com',
      'https://evil.example/\u001B[2J',
      7,
      null,
    ]) {
      assert.equal(await start(good, bad), good);
      assert.match((await cliErrorOf(start(bad))).message, /without a device code/);
    }
  });
});

describe('a key that IAM makes', () => {
  it('has an id of word characters, and a time', async () => {
    const iam = await awsUnder({}).iam({ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` });
    const whole = {
      AccessKeyId: 'AKIAMADEUPFORTESTS11',
      SecretAccessKey: 'made-up-s3cr3t-of-a-new-key',
      Status: 'Active',
      CreateDate: '2026-01-02T03:04:05Z',
    };
    const make = async (change: Readonly<Record<string, string>>): Promise<string> => {
      answer = (_, response) => {
        const fields = Object.entries({ ...whole, ...change }).map(
          ([name, value]) => `<${name}>${value}</${name}>`,
        );
        xml(
          response,
          200,
          `<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey>${fields.join('')}</AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>`,
        );
      };
      return (await iam.createAccessKey(CREDENTIALS, 'me')).credentials.accessKeyId;
    };
    assert.equal(await make({}), whole.AccessKeyId);
    for (const AccessKeyId of [
      '../../evil',
      'short',
      'AKIA&#10;MADEUPFORTESTS',
      '"AKIAMADEUPFORTESTS11"',
      '',
    ]) {
      assert.match((await cliErrorOf(make({ AccessKeyId }), 's3cr3t', 'evil')).message, /without a key/);
    }
    for (const change of [
      { CreateDate: 'soon' },
      { SecretAccessKey: '' },
      { SecretAccessKey: 'made-up&#10;s3cr3t' },
    ]) {
      assert.equal((await cliErrorOf(make(change), 's3cr3t')).kind, 'aws');
    }
  });
});

describe('answers that are not from AWS', () => {
  it('are told by their type, without a word of them', async () => {
    for (const [status, headers, body] of [
      [200, { 'content-type': 'text/html; charset=utf-8' }, '<html>please sign in</html>'],
      [200, { 'content-type': 'application/xhtml+xml' }, '<html>please sign in</html>'],
      [302, { location: 'http://portal.test/' }, ''],
      [307, { location: `http://127.0.0.1:${port}/elsewhere`, 'content-type': 'text/xml' }, ''],
      [403, { 'content-type': 'text/html' }, '<html>please sign in</html>'],
      [511, { 'content-type': 'text/html' }, '<html>please sign in</html>'],
      [200, { 'content-type': 'text/xml' }, '<please sign in'],
      [200, { 'content-type': 'text/xml' }, '<other/>'],
      [403, { 'content-type': 'text/xml' }, 'please sign in'],
      [200, {}, ''],
    ] as const) {
      requests = [];
      answer = (_, response) => {
        response.writeHead(status, headers);
        response.end(body);
      };
      const error = await cliErrorOf(askServer(), 'please', 'portal.test', ...SECRETS);
      assert.equal(error.code, 'captive-portal', `${status} ${JSON.stringify(headers)}: ${error.message}`);
      assert.match(error.message, /^the response did not come from AWS \(/);
      assert.equal(requests.length, 1);
      assert.match(error.hints.join(), /browser/);
    }
  });

  it('are cut off at 1 MB', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', more);
      more();
    };
    const error = await cliErrorOf(askServer());
    assert.equal(error.code, 'captive-portal');
    assert.match(error.message, /more than 1 MB/);
  });

  it('are told from a connection that breaks', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': 1000 });
      response.write('<Get', () => response.destroy());
    };
    const error = await cliErrorOf(askServer());
    assert.equal(error.code, 'network');
    assert.equal(error.message, 'the connection to 127.0.0.1 broke before the response arrived');
    assert.equal(requests.length, 3);
  });

  it('are found behind a proxy too', { skip }, async () => {
    for (const status of [200, 302] as const) {
      standIn.proxy.mode = { kind: 'captive', status };
      const error = await cliErrorOf(ask(standIn.env));
      assert.equal(error.code, 'captive-portal');
      assert.match(error.message, /from sts\.us-east-1\.amazonaws\.com\)$/);
    }
  });
});

describe('trying again', () => {
  it('does not wait for a Retry-After beyond its 45 s', async () => {
    answer = (_, response) => xml(response, 503, '<ErrorResponse/>', { 'retry-after': '60' });
    const error = await cliErrorOf(askServer());
    assert.equal(error.code, 'network');
    assert.equal(requests.length, 1);
  });

  it('says who it is and signs for the real clock', async () => {
    // The SDK would take the date of the failure for the true one.
    answer = (_, response) =>
      xml(response, requests.length === 1 ? 503 : 200, IDENTITY, { date: new Date(0).toUTCString() });
    const sts = await awsUnder({}).sts({ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` });
    await sts.getCallerIdentity(CREDENTIALS);
    await sts.getCallerIdentity(CREDENTIALS);
    for (const { headers } of requests) {
      assert.match(headers['user-agent'] ?? '', /app\/ccvault/);
      assert.equal(String(headers['x-amz-date']).slice(0, 4), String(new Date().getUTCFullYear()));
    }
    // One connection served both.
    assert.equal(new Set(requests.map(({ socket }) => socket)).size, 1);
  });
});

describe('the way there', () => {
  it('names a host that refuses or cannot be resolved', async () => {
    const refused = await cliErrorOf(ask({}, 'http://127.0.0.1:1'));
    assert.deepEqual([refused.code, refused.message], ['network', '127.0.0.1 refused the connection']);
    const unknown = await cliErrorOf(ask({}, 'https://sts.nowhere.invalid'));
    assert.deepEqual([unknown.code, unknown.message], ['network', 'cannot resolve sts.nowhere.invalid']);
  });

  it('names the proxy, without its password', { skip }, async () => {
    const proxy = standIn.proxy.url.replace('http://', 'http://me:proxy-passw0rd@');
    const env = { ...standIn.env, HTTPS_PROXY: proxy };
    standIn.proxy.mode = { kind: 'auth', user: 'me', password: 'proxy-passw0rd' };
    assert.equal((await cliErrorOf(ask(env), ...SECRETS)).awsCode, 'InvalidClientTokenId');
    standIn.proxy.mode = { kind: 'auth', user: 'me', password: 'other' };
    const denied = await cliErrorOf(ask(env), ...SECRETS);
    assert.equal(denied.code, 'network');
    assert.equal(
      denied.message,
      `the proxy ${standIn.proxy.url} did not accept the user name and password (407)`,
    );
    standIn.proxy.mode = { kind: 'refuse' };
    const refused = await cliErrorOf(ask(env), ...SECRETS);
    assert.equal(
      refused.message,
      `the proxy ${standIn.proxy.url} returned HTTP status 403 for sts.us-east-1.amazonaws.com`,
    );
    standIn.proxy.mode = { kind: 'drop' };
    assert.match((await cliErrorOf(ask(env), ...SECRETS)).message, /gave no response for sts/);
    const dead = await cliErrorOf(ask({ HTTPS_PROXY: 'http://me:proxy-passw0rd@127.0.0.1:1' }), ...SECRETS);
    assert.equal(dead.message, 'the proxy http://127.0.0.1:1 refused the connection');
    const lost = await cliErrorOf(ask({ HTTPS_PROXY: 'me:proxy-passw0rd@proxy.invalid:3128' }), ...SECRETS);
    assert.equal(lost.message, 'cannot resolve the proxy http://proxy.invalid:3128');
  });

  it('gives up on a proxy that never opens the tunnel', { skip }, async () => {
    standIn.proxy.mode = { kind: 'hang' };
    const user = standIn.world.addUser({ account: '111122223333', mfa: true });
    const sts = await awsUnder(standIn.env).sts({ region: 'us-east-1' });
    const mfa = { serial: user.mfaSerial, code: '000000' };
    const error = await cliErrorOf(sts.getSessionToken(CREDENTIALS, { durationSeconds: 900, mfa }));
    assert.equal(error.code, 'network');
    assert.ok(error.message.includes(`the proxy ${standIn.proxy.url}`), error.message);
  });

  it('trusts no certificate but those it has been told of', { skip }, async () => {
    const { HTTPS_PROXY } = standIn.env;
    const error = await cliErrorOf(ask({ HTTPS_PROXY }));
    assert.equal(error.code, 'tls');
    assert.match(error.hints.join(), /AWS_CA_BUNDLE/);
    assert.equal(
      (await cliErrorOf(ask({ HTTPS_PROXY }, undefined, standIn.env.AWS_CA_BUNDLE))).awsCode,
      'InvalidClientTokenId',
    );
    const other = await startAws();
    try {
      assert.equal(
        (await cliErrorOf(ask({ ...standIn.env, AWS_CA_BUNDLE: other.env.AWS_CA_BUNDLE }))).code,
        'tls',
      );
    } finally {
      await other.stop();
    }
  });

  it('says what it is when a server speaks neither TLS nor HTTP', async () => {
    const plain = createTcpServer((socket) => socket.end('SSH-2.0-made-up\r\n'));
    const plainPort = await listenOnLoopback(plain);
    try {
      const error = await cliErrorOf(ask({}, `https://127.0.0.1:${plainPort}`));
      assert.equal(error.code, 'tls', error.message);
      const unreadable = await cliErrorOf(ask({}, `http://127.0.0.1:${plainPort}`));
      assert.equal(unreadable.code, 'captive-portal', unreadable.message);
    } finally {
      plain.close();
    }
  });
});

describe('settings', () => {
  it('refuses an unusable CA bundle by its name', async () => {
    const empty = join(folder, 'empty.pem');
    writeFileSync(empty, '');
    const damaged = join(folder, 'damaged.pem');
    writeFileSync(damaged, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    for (const path of [empty, damaged, join(folder, 'absent.pem'), folder]) {
      const error = await cliErrorOf(ask({ AWS_CA_BUNDLE: path }));
      assert.equal(error.kind, 'config', path);
      assert.ok(error.message.includes(path));
    }
  });

  it('refuses plain http and hosts that cannot be', async () => {
    assert.equal((await cliErrorOf(ask({}, 'http://sts.test'))).kind, 'config');
    assert.equal((await cliErrorOf(awsUnder({}).sts({ region: 'us-east-1/evil.test' }))).kind, 'config');
  });
});
