import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  accountOfArn,
  defaultRoleSessionName,
  isExternalId,
  isMfaSerial,
  isRoleArn,
  isRoleSessionName,
  isSourceIdentity,
  parseArn,
} from '../../../../src/core/aws/arn.ts';
import { codePoint } from '../../../support/code-point.ts';

test('parseArn takes an ARN apart, colons in the resource included', () => {
  assert.deepEqual(parseArn('arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:name:*'), {
    partition: 'aws-us-gov',
    service: 'logs',
    region: 'us-gov-west-1',
    account: '123456789012',
    resource: 'log-group:name:*',
  });
});

test('parseArn knows what AWS owns', () => {
  assert.equal(parseArn('arn:aws:iam::aws:policy/ReadOnlyAccess')?.account, 'aws');
});

test('accountOfArn gives twelve digits or nothing', () => {
  assert.equal(accountOfArn('arn:aws:iam::123456789012:user/me'), '123456789012');
  assert.equal(accountOfArn('arn:aws:s3:::bucket'), undefined);
  assert.equal(accountOfArn('arn:aws:iam::aws:policy/ReadOnlyAccess'), undefined);
  assert.equal(accountOfArn('me'), undefined);
});

for (const text of [
  '',
  'arn',
  'arn:aws:iam::123456789012:',
  'arn:aws:iam::12345:user/me',
  'arn:AWS:iam::123456789012:user/me',
  'arn:aws:iam::123456789012:user/me\n',
  'arn:aws:iam::123456789012:user/\u001B[31m',
  ' arn:aws:iam::123456789012:user/me',
  `arn:aws:iam::123456789012:user/${'a'.repeat(2048)}`,
]) {
  test(`parseArn refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.equal(parseArn(text), undefined);
  });
}

const YES = true;
const NO = false;

for (const [text, expected] of [
  ['arn:aws:iam::123456789012:role/Admin', YES],
  ['arn:aws-iso-b:iam::123456789012:role/Admin', YES],
  ['arn:aws:iam::123456789012:role/a/path/Admin_1+=,.@-', YES],
  [`arn:aws:iam::123456789012:role/${'a'.repeat(64)}`, YES],
  [`arn:aws:iam::123456789012:role/${'a'.repeat(65)}`, NO],
  ['arn:aws:iam::123456789012:role/', NO],
  ['arn:aws:iam::123456789012:role/Ádmin', NO],
  ['arn:aws:iam::123456789012:user/me', NO],
  ['arn:aws:sts::123456789012:assumed-role/Admin/me', NO],
  ['arn:aws:iam:us-east-1:123456789012:role/Admin', NO],
  ['arn:aws:iam::aws:role/Admin', NO],
  ['Admin', NO],
] as const) {
  test(`isRoleArn is ${expected} for ${text.slice(0, 60)}`, () => {
    assert.equal(isRoleArn(text), expected);
  });
}

for (const [text, expected] of [
  ['arn:aws:iam::123456789012:mfa/me', YES],
  ['arn:aws-cn:iam::123456789012:mfa/path/me', YES],
  ['arn:aws:iam::123456789012:mfa/root-account-mfa-device', YES],
  ['GAHT12345678', YES],
  ['arn:aws:iam::123456789012:u2f/user/me/key', NO],
  ['arn:aws:iam::123456789012:mfa/', NO],
  ['arn:aws:iam::123456789012:user/me', NO],
  ['12345678', NO],
  ['GAHT 12345678', NO],
  ['me:something', NO],
] as const) {
  test(`isMfaSerial is ${expected} for ${text}`, () => {
    assert.equal(isMfaSerial(text), expected);
  });
}

test('session names and source identities are 2 to 64 of the characters AWS allows', () => {
  for (const check of [isRoleSessionName, isSourceIdentity]) {
    for (const text of ['ab', 'A_z0+=,.@-', 'a'.repeat(64)]) assert.equal(check(text), true, text);
    for (const text of ['', 'a', 'a'.repeat(65), 'a b', 'ä1', 'aws:me', 'ab\n'])
      assert.equal(check(text), false, text);
  }
});

test('an external id may hold colons and slashes', () => {
  assert.equal(isExternalId('a/b:c'), true);
  assert.equal(isExternalId('a'), false);
  assert.equal(isExternalId('a b'), false);
  assert.equal(isExternalId('x'.repeat(1225)), false);
});

test('defaultRoleSessionName replaces what AWS does not allow, a surrogate pair by one dash', () => {
  assert.equal(defaultRoleSessionName('me'), 'ccvault-me');
  assert.equal(defaultRoleSessionName('DOMAIN\\jürgen 😀'), 'ccvault-DOMAIN-j-rgen--');
});

test('every default session name is one that AWS takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoint, maxLength: 100 }), (userName) => {
      assert.equal(isRoleSessionName(defaultRoleSessionName(userName)), true);
    }),
  );
});
