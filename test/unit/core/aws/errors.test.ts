import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { FailedCall } from '../../../../src/core/aws/error-facts.ts';
import { awsError } from '../../../../src/core/aws/errors.ts';
import { CliError, isCliError } from '../../../../src/core/errors.ts';
import { codePoint } from '../../../support/code-point.ts';

process.env['TZ'] = 'UTC';

const CALL: FailedCall = {
  action: 'sts:AssumeRole',
  host: 'sts.us-east-1.amazonaws.com',
  accessKeyId: 'AKIAMADEUP000000WXYZ',
  os: 'linux',
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
};

interface Answer {
  readonly code: string;
  readonly message?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

/** An error as the SDK makes it of an AWS error document. */
function refused({
  code,
  message = '',
  status = 400,
  headers = { 'content-type': 'text/xml' },
}: Answer): Error {
  const error = Object.assign(new Error(message), {
    name: `${code}Exception`,
    Code: code,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
  });
  return Object.defineProperty(error, '$response', { value: { headers }, enumerable: false });
}

function told(error: unknown, call: Partial<FailedCall> = {}): CliError {
  const made = awsError(error, { ...CALL, ...call });
  assert.ok(isCliError(made));
  return made;
}

describe('awsError', () => {
  it('keeps the code of AWS', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Za-z]{2,30}$/), (code) => {
        const error = told(refused({ code }));
        assert.equal(error.kind, 'aws');
        if (!code.startsWith('Request')) assert.equal(error.awsCode, code);
      }),
    );
  });

  it('takes a request that a header cannot carry for no bug', () => {
    const error = Object.assign(new TypeError('Invalid character in header content ["x-amzn-trace-id"]'), {
      code: 'ERR_INVALID_CHAR',
    });
    assert.match(told(error).message, /^the request for sts:AssumeRole cannot be sent: Invalid character/);
  });

  it('prints no control characters of an answer, on one line of bounded length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: codePoint, maxLength: 3000 }),
        fc.constantFrom('AccessDenied', 'Odd'),
        (text, code) => {
          const { message } = told(refused({ code, message: text }));
          assert.doesNotMatch(message, /[\p{Cc}\u2028\u2029\u202e]/u);
          assert.ok(message.length < 13_000);
        },
      ),
    );
  });

  for (const [what, answer, call, said, hint] of [
    [
      'a signature for another region',
      { code: 'SignatureDoesNotMatch', message: 'Credential should be scoped to a valid region. ' },
      {},
      /refused the region or service of the request to sts\.us-east-1.*scoped to a valid region$/,
      /AWS_REGION/,
    ],
    [
      'a signature for another region that is named',
      {
        code: 'SignatureDoesNotMatch',
        message: "Credential should be scoped to a valid region, not 'US-EAST-1'. ",
      },
      {},
      /not 'US-EAST-1'/,
      /the secret access key is not the problem/,
    ],
    [
      'a signature for another service',
      {
        code: 'InvalidSignatureException',
        message: "Credential should be scoped to correct service: 'sts'. ",
      },
      {},
      /correct service: 'sts'/,
      /endpoint_url/,
    ],
    [
      'a wrong secret',
      {
        code: 'SignatureDoesNotMatch',
        message: 'The request signature we calculated does not match the signature',
      },
      {},
      /secret access key does not match the access key \*{4}WXYZ/,
      /ccvault add/,
    ],
    [
      'a key nobody knows',
      { code: 'InvalidClientTokenId' },
      {},
      /^AWS does not know the access key \*{4}WXYZ: it is deleted or inactive, or belongs to another partition$/,
      /China or GovCloud/,
    ],
    [
      'a key nobody knows in a region that may not be enabled',
      { code: 'InvalidClientTokenId' },
      { host: 'sts.af-south-1.amazonaws.com' },
      /in af-south-1: the account has not enabled that region, or the key is deleted/,
      /--region us-east-1/,
    ],
    [
      'the same over the FIPS host',
      { code: 'InvalidClientTokenId' },
      { host: 'sts-fips.ca-west-1.amazonaws.com' },
      /in ca-west-1: the account has not enabled/,
      /--region us-east-1/,
    ],
    [
      'a key nobody knows in a region that all have',
      { code: 'UnrecognizedClientException' },
      { host: 'sts.ap-northeast-3.amazonaws.com' },
      /^(?!.*enabled)/,
      /GovCloud/,
    ],
    [
      'a region to be enabled for another service',
      { code: 'OptInRequired', message: 'You are not subscribed to this service' },
      {},
      /not subscribed/,
      /enabled for the account/,
    ],
    [
      'a session where a key is due',
      { code: 'AccessDenied', message: 'Cannot call GetSessionToken with session credentials' },
      {},
      /Cannot call GetSessionToken/,
      /long-lived key of a user/,
    ],
    [
      'the root user',
      { code: 'AccessDenied', message: 'Roles may not be assumed by root accounts.' },
      {},
      /root accounts/,
      /IAM user/,
    ],
    [
      'an explicit deny',
      {
        code: 'AccessDenied',
        message:
          'User: x is not authorized to perform: sts:AssumeRole on resource: y with an explicit deny in a service control policy',
      },
      {},
      /explicit deny/,
      /a service control policy forbids it/,
    ],
    [
      'a missing permission',
      {
        code: 'AccessDenied',
        message: 'User: x is not authorized to perform: sts:TagSession on resource: y',
      },
      {},
      /TagSession/,
      /the permission needed is sts:TagSession/,
    ],
    [
      'policies that are too large together',
      {
        code: 'PackedPolicyTooLarge',
        message: 'Packed policy consumes 118% of allotted space, please use smaller policy.',
      },
      {},
      /^the session policies are too large for AWS STS: Packed policy consumes 118% of allotted space/,
      /policies and session tags together: shorten the --policy-file/,
    ],
    [
      'a policy that is none',
      { code: 'MalformedPolicyDocument', message: 'Syntax errors in policy.' },
      {},
      /Syntax errors in policy \(MalformedPolicyDocument\)/,
      /correct the --policy-file/,
    ],
    [
      'a long chained role',
      {
        code: 'ValidationError',
        message:
          'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      },
      {},
      /role chaining/,
      /an hour at most/,
    ],
  ] as const) {
    it(`tells ${what}`, () => {
      const error = told(refused(answer), call);
      assert.match(error.message, said);
      assert.match(error.hints.join('; '), hint);
    });
  }

  it('names the profile in the command that helps, as a shell has to have it', () => {
    const rows = [
      ['SignatureDoesNotMatch', 'store the key again: ccvault add'],
      ['ExpiredToken', 'renew it: ccvault refresh'],
    ] as const;
    for (const [code, hint] of rows) {
      assert.deepEqual(told(refused({ code }), { profile: 'q r' }).hints, [`${hint} 'q r'`]);
      assert.deepEqual(told(refused({ code }), { profile: '-f' }).hints, [`${hint} -- -f`]);
      assert.deepEqual(told(refused({ code })).hints, [`${hint} PROFILE`]);
    }
  });

  it('never shows more of a key id than its end', () => {
    for (const code of ['InvalidClientTokenId', 'SignatureDoesNotMatch', 'ExpiredToken', 'AccessDenied']) {
      const error = told(refused({ code, message: 'no' }));
      assert.ok(!`${error.message}${error.hints.join()}`.includes('AKIAMADEUP'), code);
    }
  });

  it('names both clocks in whole minutes', () => {
    const headers = { 'content-type': 'text/xml', date: 'Fri, 02 Jan 2026 01:03:04 GMT' };
    const message = 'Signature not yet current: 20260102T030405Z is still later than 20260102T010804Z';
    const error = told(refused({ code: 'SignatureDoesNotMatch', message, headers }));
    assert.equal(error.code, 'clock-skew');
    assert.equal(
      error.message,
      'the clock of this computer is 2 h 1 min ahead: here it is 2026-01-02 03:04:05, at AWS 2026-01-02 01:03:04',
    );
    assert.equal(told(refused({ code: 'RequestExpired', status: 403 })).code, 'clock-skew');
    // The clocks agree: it is the request that was held up.
    const date = new Date(CALL.now + 20_000).toUTCString();
    const late = told(refused({ code: 'RequestExpired', headers: { 'content-type': 'text/xml', date } }));
    assert.equal(
      late.message,
      'the request for sts:AssumeRole reached AWS too late: it was signed minutes before',
    );
    assert.deepEqual(late.hints, ['run the command again']);
    for (const [os, command] of [
      ['darwin', 'sntp'],
      ['win32', 'w32tm'],
    ] as const) {
      assert.ok(
        told(refused({ code: 'RequestExpired' }), { os })
          .hints.join()
          .includes(command),
      );
    }
  });

  it('knows an expired web identity token from an expired session', () => {
    const error = refused({ code: 'ExpiredTokenException', message: 'Token expired: current date' });
    assert.match(told(error).message, /^the session of \*{4}WXYZ has expired$/);
    assert.match(told(error, { accessKeyId: undefined }).message, /^the web identity token has expired/);
  });

  it('names the permission that is missing', () => {
    const message = 'User: arn:aws:iam::1:user/u is not authorized to perform: sts:TagSession on resource: r';
    assert.deepEqual(told(refused({ code: 'AccessDenied', message })).hints, [
      'the permission needed is sts:TagSession',
    ]);
  });

  it('tells a gateway from AWS', () => {
    const html = { 'content-type': 'text/html' };
    assert.equal(told(refused({ code: 'Odd', status: 502, headers: html })).code, 'captive-portal');
    const fromAws = { ...html, 'x-amzn-requestid': 'made-up' };
    assert.equal(told(refused({ code: 'Odd', status: 502, headers: fromAws })).awsCode, 'Odd');
  });

  it('gives every network failure a sentence with the host in it', () => {
    for (const [code, expected] of [
      ['ENOTFOUND', 'network'],
      ['EAI_AGAIN', 'network'],
      ['ECONNREFUSED', 'network'],
      ['ECONNRESET', 'network'],
      ['ETIMEDOUT', 'network'],
      ['ENETUNREACH', 'network'],
      ['EMFILE', 'network'],
      ['ERR_PROXY_TUNNEL', 'network'],
      ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
      ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
      ['CERT_HAS_EXPIRED', 'tls'],
      ['EPROTO', 'tls'],
      ['HPE_INVALID_CONSTANT', 'captive-portal'],
    ] as const) {
      const error = told(Object.assign(new Error('made up'), { code }));
      assert.equal(error.code, expected, code);
      assert.ok(error.message.includes(CALL.host), error.message);
    }
    const clock = told(Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }));
    assert.match(clock.hints.join(), /2026-01-02 03:04:05/);
  });

  it('leaves errors of ours and bugs as they are', () => {
    const ours = new CliError('config', 'no');
    const bug = new TypeError('x is not a function');
    assert.equal(awsError(ours, CALL), ours);
    assert.equal(awsError(bug, CALL), bug);
    assert.equal(awsError(undefined, CALL), undefined);
  });
});
