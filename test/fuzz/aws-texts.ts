// What a server in AWS's place may send: a sound response with something wrong in it, or anything at all.

import * as fc from 'fast-check';
import { codePoint } from '../support/code-point.ts';

export interface Response {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const SOON = new Date(Date.now() + 3_600_000).toISOString();

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
  fc.string({ unit: codePoint, maxLength: 8 }),
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
export function xmlOf(operation: string): fc.Arbitrary<Response> {
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
  'accountList',
  'roleList',
  'nextToken',
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
  accountList: [{ accountId: '111122223333', accountName: 'Production', emailAddress: 'a@example.com' }],
  roleList: [{ roleName: 'Admin', accountId: '111122223333' }],
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
  fc.array(
    fc.oneof(text, fc.record({ accountId: text, accountName: text, emailAddress: text, roleName: text })),
    {
      maxLength: 3,
    },
  ),
  fc.record({
    accessKeyId: fc.oneof(text, fc.constant(['ASIA'])),
    secretAccessKey: text,
    sessionToken: text,
    expiration: fc.oneof(text, fc.integer(), fc.constantFrom(1e300, [2e12])),
  }),
);
export const jsonResponse: fc.Arbitrary<Response> = fc.record({
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
