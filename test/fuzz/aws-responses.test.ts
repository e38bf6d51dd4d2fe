// Hostile responses to every call that ccvault makes of AWS: each ends in an error of ccvault's own or in values that
// may be used, and no entity is expanded.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { credentialFault } from '../../src/core/credential-faults.ts';
import type { Credentials } from '../../src/core/credentials.ts';
import { isCliError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { runs } from '../support/fuzz.ts';
import { awsUnder } from '../support/system-aws.ts';

interface Response {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

let response: Response;
const server = createServer((request, answer) => {
  request.resume();
  answer.writeHead(response.status, { 'content-type': response.type }).end(response.body);
});
let endpoint: string;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const KEY: Credentials = { accessKeyId: 'AKIAMADEUPMADEUPMADE', secretAccessKey: new Secret('x'.repeat(40)) };
const SOON = new Date(Date.now() + 3_600_000).toISOString();
const OUTSIDE = 'root:x:0:0';

const text = fc.oneof(
  fc.constantFrom('ASIAMADEUPMADEUPMADE', 'secret', 'token', SOON, '111122223333', 'Active', '3600'),
  fc.constantFrom(
    '',
    ' ',
    '&#10;host=github.com',
    '&#0;',
    '&#x1b;[2J',
    '&lol;',
    '&file;',
    '<![CDATA[\n]]>',
    '"quoted"',
  ),
  fc.constantFrom(
    'soon',
    '-5',
    'NaN',
    '1e999',
    '1970-01-01T00:00:00Z',
    '+099999-01-01T00:00:00Z',
    'é\u202E',
    '<a/>',
  ),
  fc.constantFrom('A'.repeat(3000), '<x>'.repeat(500), '__proto__'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const element = fc.constantFrom(
  'AccessKeyId',
  'SecretAccessKey',
  'SessionToken',
  'Expiration',
  'Account',
  'Arn',
  'UserId',
  'CreateDate',
  'Status',
  'UserName',
  'SerialNumber',
  'Code',
  'Message',
  'constructor',
  '__proto__',
);
const GOOD: Readonly<Record<string, string>> = {
  AccessKeyId: 'ASIAMADEUPMADEUPMADE',
  SecretAccessKey: 'secret',
  SessionToken: 'token',
  Expiration: SOON,
  Account: '111122223333',
  Arn: 'arn:aws:iam::111122223333:user/me',
  UserId: 'AIDAMADEUP',
  CreateDate: SOON,
  Status: 'Active',
  UserName: 'me',
  SerialNumber: 'arn:aws:iam::111122223333:mfa/me',
};
const DOCTYPES = [
  '<!DOCTYPE r [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
  `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${Array.from('bcdefghi', (name, at) => `<!ENTITY ${name} "${`&${'abcdefgh'[at]};`.repeat(10)}">`).join('')}<!ENTITY lol "&i;">]>`,
];

function xml(operation: string, changed: Readonly<Record<string, string>>, more: string): string {
  // Temporary keys come with a token, new keys of a user without.
  const own = operation === 'CreateAccessKey' ? { AccessKeyId: 'AKIAMADEUPMADEUPMADE' } : {};
  const fields = Object.entries({ ...GOOD, ...own, ...changed }).map(
    ([name, value]) => `<${name}>${value}</${name}>`,
  );
  const all = fields.join('') + more;
  const key = `<member>${all}</member>`;
  return `<${operation}Response><${operation}Result>${all}<Credentials>${all}</Credentials><AccessKey>${all}</AccessKey><AccessKeyMetadata>${key}</AccessKeyMetadata><MFADevices>${key}</MFADevices></${operation}Result></${operation}Response>`;
}

/** A sound response with some values changed, then perhaps cut off, or anything at all. */
function xmlOf(operation: string): fc.Arbitrary<Response> {
  const shaped = fc
    .tuple(
      fc.dictionary(element, text, { maxKeys: 2 }),
      fc.oneof(fc.constant(''), text),
      fc.constantFrom('', '', '', ...DOCTYPES),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: 1, freq: 2 }),
    )
    .map(([changed, more, head, part]) => {
      const whole = head + xml(operation, changed, more);
      return whole.slice(0, Math.ceil(whole.length * part));
    });
  const refusal = fc
    .tuple(text, text)
    .map(
      ([code, message]) =>
        `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    );
  return fc.record({
    status: fc.constantFrom(200, 200, 200, 200, 201, 302, 400, 403, 404),
    type: fc.constantFrom('text/xml', 'text/xml', 'application/xml', 'application/json', 'text/html', 'x'),
    body: fc.oneof({ weight: 6, arbitrary: shaped }, refusal, text),
  });
}

const field = fc.constantFrom(
  'accessToken',
  'refreshToken',
  'expiresIn',
  'clientId',
  'clientSecret',
  'clientSecretExpiresAt',
  'interval',
  'deviceCode',
  'userCode',
  'verificationUri',
  'verificationUriComplete',
  'error',
  'error_description',
  'roleCredentials',
  'SigninToken',
  '__proto__',
);
const GOOD_JSON = {
  accessToken: 't',
  refreshToken: 'r',
  expiresIn: 3600,
  clientId: 'c',
  clientSecret: 's',
  clientSecretExpiresAt: 2_000_000_000,
  deviceCode: 'd',
  userCode: 'u',
  verificationUri: 'https://device.sso.eu-west-1.amazonaws.com/',
  interval: 1,
  SigninToken: 't',
  roleCredentials: {
    accessKeyId: 'ASIAMADEUPMADEUPMADE',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: Date.now() + 3_600_000,
  },
};
const json = fc.oneof(
  text,
  fc.constantFrom<unknown>(null, true, -5, 0, 1e300, 1.5, [], ['t'], {}, Number.MAX_SAFE_INTEGER),
  fc.record({
    accessKeyId: fc.oneof(text, fc.constant(['ASIA'])),
    secretAccessKey: text,
    sessionToken: text,
    expiration: fc.oneof(text, fc.integer(), fc.constantFrom(1e300, [2e12])),
  }),
);
const jsonResponse: fc.Arbitrary<Response> = fc.record({
  status: fc.constantFrom(200, 200, 200, 302, 400, 401, 403),
  type: fc.constantFrom('application/json', 'application/json', 'text/html', 'text/xml'),
  body: fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .dictionary(field, json, { maxKeys: 3 })
        .map((changed) => JSON.stringify({ ...GOOD_JSON, ...changed })),
    },
    text,
    fc.json(),
  ),
});

const XML_CALLS: Readonly<Record<string, () => Promise<void>>> = {
  GetCallerIdentity: async () => {
    const { account, arn, userId } = await (await sts()).getCallerIdentity(KEY);
    for (const value of [account, arn, userId]) plain(value);
  },
  GetSessionToken: async () => usable(await (await sts()).getSessionToken(KEY, { durationSeconds: 900 })),
  AssumeRole: async () => {
    const request = { roleArn: 'arn:aws:iam::111122223333:role/r', sessionName: 'me', durationSeconds: 900 };
    usable(await (await sts()).assumeRole(KEY, request));
  },
  AssumeRoleWithWebIdentity: async () => {
    const request = { roleArn: 'arn:aws:iam::111122223333:role/r', sessionName: 'me', token: 't' };
    usable(await (await sts()).assumeRoleWithWebIdentity(request));
  },
  GetFederationToken: async () =>
    usable(await (await sts()).getFederationToken(KEY, { name: 'me', durationSeconds: 900 })),
  ListMFADevices: async () => (await (await iam()).listMfaDevices(KEY, 'me')).forEach(plain),
  ListAccessKeys: async () => {
    for (const { accessKeyId, createdAt } of await (await iam()).listAccessKeys(KEY, 'me')) {
      plain(accessKeyId);
      assert.ok(Number.isFinite(createdAt));
    }
  },
  CreateAccessKey: async () => {
    const { credentials, createdAt } = await (await iam()).createAccessKey(KEY, 'me');
    assert.equal(credentialFault(credentials, 0), undefined);
    assert.ok(Number.isFinite(createdAt));
  },
};

const CLIENT = { clientId: 'c', clientSecret: new Secret('s'), expiresAt: 0 };
const JSON_CALLS: Readonly<Record<string, () => Promise<void>>> = {
  GetRoleCredentials: async () =>
    usable(
      await (await awsUnder({}).sso(settings())).getRoleCredentials(new Secret('t'), '111122223333', 'r'),
    ),
  RegisterClient: async () => {
    const { clientId, clientSecret, expiresAt } = await (
      await oidc()
    ).registerClient({ name: 'n', scopes: [] });
    for (const value of [clientId, clientSecret.reveal()]) plain(value);
    assert.ok(expiresAt >= 0 && Number.isFinite(new Date(expiresAt).getTime()));
  },
  StartDeviceAuthorization: async () => {
    const started = await (await oidc()).startDeviceAuthorization(CLIENT, 'https://x.awsapps.com/start');
    for (const value of [started.deviceCode.reveal(), started.userCode, started.verificationUriComplete])
      plain(value);
    assert.ok(started.intervalSeconds >= 1 && started.intervalSeconds <= 60);
    assert.ok(started.expiresAt > Date.now() && started.expiresAt < Date.now() + 3_700_000);
  },
  CreateToken: async () => {
    const { accessToken, refreshToken, expiresAt } = await (
      await oidc()
    ).createToken(CLIENT, { type: 'refresh', refreshToken: new Secret('r') });
    for (const value of [accessToken, refreshToken]) plain(value?.reveal() ?? '');
    assert.ok(expiresAt > Date.now() && expiresAt <= Date.now() + 91 * 86_400_000);
  },
  getSigninToken: async () => {
    const request = { url: `${endpoint}/federation`, sessionSeconds: undefined, method: 'POST' } as const;
    const token = await (await awsUnder({}).signin(settings())).getSigninToken(KEY, request);
    assert.equal(typeof token.reveal(), 'string');
  },
};

for (const [operation, call] of Object.entries(XML_CALLS)) {
  test(`${operation} survives any XML`, () => survives(xmlOf(operation), call));
}
for (const [operation, call] of Object.entries(JSON_CALLS)) {
  test(`${operation} survives any JSON`, () => survives(jsonResponse, call));
}

async function survives(responses: fc.Arbitrary<Response>, call: () => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(responses, async (next) => {
      response = next;
      try {
        await call();
      } catch (error) {
        if (!isCliError(error)) throw error;
        assert.ok(!`${error.message} ${error.hints.join(' ')}`.includes(OUTSIDE));
      }
    }),
    runs(60),
  );
}

const settings = (): { region: string; endpoint: string } => ({ region: 'eu-west-1', endpoint });
const sts = (): ReturnType<ReturnType<typeof awsUnder>['sts']> => awsUnder({}).sts(settings());
const iam = (): ReturnType<ReturnType<typeof awsUnder>['iam']> => awsUnder({}).iam(settings());
const oidc = (): ReturnType<ReturnType<typeof awsUnder>['ssoOidc']> => awsUnder({}).ssoOidc(settings());

function usable(credentials: Credentials): void {
  assert.equal(credentialFault(credentials, Date.now()), undefined);
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials;
  for (const value of [accessKeyId, secretAccessKey.reveal(), sessionToken?.reveal()]) plain(value);
  assert.equal(typeof expiresAt, 'number');
}

function plain(value: unknown): void {
  assert.ok(typeof value === 'string' && !value.includes(OUTSIDE) && value.length < 1_000_000);
}
