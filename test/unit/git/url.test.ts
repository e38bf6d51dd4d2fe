import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCliError } from '../../../src/core/errors.ts';
import { parseCodecommitUrl } from '../../../src/git/malformed-url.ts';
import { formatCodecommitUrl, formatHttpsUrl, httpsUrl, parseHttpsUrl } from '../../../src/git/url.ts';

const GOOD: readonly (readonly [
  url: string,
  profile: string | undefined,
  region: string | undefined,
  repository: string,
])[] = [
  ['codecommit://test_repo', undefined, undefined, 'test_repo'],
  ['codecommit://profile@test_repo', 'profile', undefined, 'test_repo'],
  ['ca-central-1://test_repo', undefined, 'ca-central-1', 'test_repo'],
  ['ca-central-1://profile@test_repo', 'profile', 'ca-central-1', 'test_repo'],
  ['codecommit::ca-central-1://profile@test_repo', 'profile', 'ca-central-1', 'test_repo'],
  ['us-gov-west-1://profile@repo', 'profile', 'us-gov-west-1', 'repo'],
  ['US-EAST-1://R', undefined, 'us-east-1', 'R'],
  ['eusc-de-east-1://R', undefined, 'eusc-de-east-1', 'R'],
  ['codecommit://demo@R.git', 'demo', undefined, 'R.git'],
  ['codecommit://a@b@R', 'a@b', undefined, 'R'],
  ['codecommit://a%40b@R', 'a%40b', undefined, 'R'],
  ['codecommit://my profile/ü@R', 'my profile/ü', undefined, 'R'],
];

for (const [url, profile, region, repository] of GOOD) {
  test(`reads ${url}`, () => {
    const parsed = parseCodecommitUrl(url);
    assert.deepEqual(parsed, { profile, region, repository });
    assert.deepEqual(parseCodecommitUrl(formatCodecommitUrl(parsed)), parsed);
  });
}

const BAD = [
  '',
  'boom',
  'github://x',
  'codecommit:/r',
  'codecommit//r',
  '://r',
  'codecommit://',
  'codecommit:://r',
  'codecommit:///r',
  'codecommit://demo@',
  'codecommit://@R',
  'codecommit::codecommit://R',
  'codecommit://R:8443',
  'codecommit://R/sub?x#f',
  'codecommit://R?x',
  'codecommit://..',
  'codecommit://us-east-1://p@R',
  'us-east-1://us-west-2://p@R',
  'codecommit::https://git-codecommit.us-east-1.amazonaws.com/v1/repos/R',
  'codecommit://git-codecommit.us-east-1.amazonaws.com',
  'codecommit://p@vpce-1-2.git-codecommit.us-east-1.vpce.amazonaws.com',
  'uK-west-1://R',
  `codecommit://${'a'.repeat(101)}`,
];

for (const url of BAD) {
  test(`refuses ${url}`, () => {
    assert.throws(
      () => parseCodecommitUrl(url),
      (error) =>
        isCliError(error) &&
        error.message.startsWith('the following URL is malformed') &&
        error.hints.length === 1,
    );
  });
}

test('a password in a URL is not repeated', () => {
  assert.throws(
    () => parseCodecommitUrl('boom://user:secret@x'),
    (error) => isCliError(error) && !error.message.includes('secret'),
  );
});

test('https URLs are read and written', () => {
  const url = 'https://git-codecommit-fips.us-gov-west-1.amazonaws.com/v1/repos/R.git';
  const parsed = parseHttpsUrl(url);
  assert.deepEqual(parsed, {
    host: 'git-codecommit-fips.us-gov-west-1.amazonaws.com',
    region: 'us-gov-west-1',
    repository: 'R.git',
  });
  assert.equal(formatHttpsUrl(parsed), url);
  assert.equal(
    formatHttpsUrl(httpsUrl('cn-north-1', 'R', { fips: false })),
    'https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/R',
  );
  assert.equal(
    httpsUrl('us-east-1', 'R', { fips: true }).host,
    'git-codecommit-fips.us-east-1.amazonaws.com',
  );
  for (const other of [
    'https://github.com/v1/repos/R',
    'http://git-codecommit.us-east-1.amazonaws.com/v1/repos/R',
    'https://git-codecommit.us-east-1.amazonaws.com/R',
  ]) {
    assert.equal(parseHttpsUrl(other), undefined);
  }
});

test('a user in an https URL is refused with the clean URL', () => {
  assert.throws(
    () => parseHttpsUrl('https://p@git-codecommit.us-east-1.amazonaws.com/v1/repos/R'),
    (error) =>
      isCliError(error) &&
      (error.hints[0] ?? '').endsWith('https://git-codecommit.us-east-1.amazonaws.com/v1/repos/R'),
  );
});

test('the password of a URL stands in no message, and what is left can be read', () => {
  for (const [url, shown] of [
    ['codecommit://user:hunter2@host/path', 'codecommit://user:****@host/path'],
    ['codecommit://user:hun@ter2@host/path', 'codecommit://user:****@ter2@host/path'],
    ['https://:hunter2@host/', 'https://:****@host/'],
  ] as const) {
    assert.throws(
      () => parseCodecommitUrl(url),
      (error) => isCliError(error) && error.message.endsWith(`malformed: ${shown}`),
      url,
    );
  }
});

test('a region without known CodeCommit hosts is refused', () => {
  for (const region of ['us-iso-east-1', 'eusc-de-east-1', 'nowhere', 'x.evil']) {
    assert.throws(
      () => httpsUrl(region, 'R', { fips: false }),
      (error) => isCliError(error) && /not available/.test(error.message),
    );
  }
});
