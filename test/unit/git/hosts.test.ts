import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCliError } from '../../../src/core/errors.ts';
import {
  hostOfRegion,
  missingPath,
  pathToSign,
  regionOfHost,
  regionToAnswer,
} from '../../../src/git/hosts.ts';

const REGIONS =
  'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1 eu-south-1 af-south-1 me-south-1 me-central-1 il-central-1 ap-east-1 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-northeast-1 ap-northeast-2 ap-northeast-3 cn-north-1 cn-northwest-1 us-gov-west-1 us-gov-east-1'.split(
    ' ',
  );

test('every region has its standard, FIPS and VPC endpoint hosts', () => {
  for (const region of [...REGIONS, 'eu-south-2', 'mx-central-1', 'eusc-de-east-1']) {
    const cn = region.startsWith('cn-') ? '.cn' : '';
    for (const fips of ['', '-fips']) {
      const host = `git-codecommit${fips}.${region}.amazonaws.com${cn}`;
      assert.equal(regionOfHost(host), region);
      assert.equal(hostOfRegion(region, { fips: fips !== '' }), host);
      assert.equal(
        regionOfHost(`vpce-0a1b-x9-${region}a.git-codecommit${fips}.${region}.vpce.amazonaws.com${cn}`),
        region,
      );
    }
  }
});

test('case and the port 443 make no difference', () => {
  assert.equal(regionOfHost('Git-CodeCommit.US-EAST-1.AmazonAWS.com:443'), 'us-east-1');
});

test('nothing else is a CodeCommit host', () => {
  const host = 'git-codecommit.us-east-1.amazonaws.com';
  for (const other of [
    '',
    'github.com',
    `${host}.evil.example`,
    `${host}.cn`,
    `${host}\n`,
    `${host}.`,
    `${host}:8443`,
    `${host}:`,
    `${host}:443:443`,
    `${host}/`,
    `user@${host}`,
    `evil.${host}`,
    `vpce-1.${host}`,
    'git-codecommit.us-east-1.vpce.amazonaws.com',
    'vpce-.evil.git-codecommit.us-east-1.vpce.amazonaws.com',
    'git-codecommit.cn-north-1.amazonaws.com',
    'git-codecommit.us-east-1.api.aws',
    'git-codecommit.evil.com/x.amazonaws.com',
    'git-codecommit..amazonaws.com',
    'git-codecommit.amazonaws.com',
    'codecommit.us-east-1.amazonaws.com',
    's3.us-east-1.amazonaws.com',
    'git-codecommit.us-east-1.amazonawsxcom',
    'notamazon.com',
    `git-codecommit.${'a-'.repeat(5000)}1.amazonaws.com`,
  ]) {
    assert.equal(regionOfHost(other), undefined, other);
  }
});

test('only https is answered', () => {
  const host = 'git-codecommit.us-east-1.amazonaws.com';
  assert.equal(regionToAnswer({ protocol: 'https', host }), 'us-east-1');
  for (const protocol of ['http', 'ssh', '', 'HTTPS '])
    assert.equal(regionToAnswer({ protocol, host }), undefined);
});

test('an allowed host is matched whole, and leaves the others as they are', () => {
  const allowed = { host: 'Git.Example:8443', region: 'eu-west-1' };
  const region = (host: string) => regionToAnswer({ protocol: 'https', host }, allowed);
  assert.equal(region('git.example:8443'), 'eu-west-1');
  assert.equal(region('git.example'), undefined);
  assert.equal(region('git.example:84430'), undefined);
  assert.equal(region('git-codecommit.us-east-1.amazonaws.com'), 'us-east-1');
  assert.equal(regionToAnswer({ protocol: 'http', host: 'git.example:8443' }, allowed), undefined);
  assert.equal(regionToAnswer({ protocol: 'https', host: '' }, { host: '', region: 'eu-west-1' }), undefined);
});

test('a path is signed as it came', () => {
  for (const path of ['v1/repos/x', 'v1/repos/a.b_c-1.git', 'v1/repos/x/info/lfs']) {
    assert.equal(pathToSign(path, 'h'), path);
  }
  assert.equal(pathToSign('/v1/repos/x', 'h'), 'v1/repos/x');
});

test('a missing path points at git setup, unless that is in force', () => {
  for (const path of ['', '/', '//']) assert.equal(pathToSign(path, 'h'), undefined);
  assert.match(missingPath('h', { isSetUp: false }).hints[0] ?? '', /ccvault git setup$/);
  const other = missingPath('h', { isSetUp: true });
  assert.match(other.message, /the calling program left out the repository/);
  assert.doesNotMatch(other.hints[0] ?? '', /ccvault git setup/);
});

test('other paths are refused', () => {
  for (const path of [
    'v1',
    'v1/repos',
    'v1/repos/',
    'v1/repos//x',
    'v1//repos/x',
    'v2/repos/x',
    'v1/repos/..',
    'v1/repos/x/..',
    'v1/repos/../x',
    'v1/repos/x/',
    'v1/repos/a%20b',
    'v1/repos/a b',
    'x/v1/repos/y',
    `v1/repos/${'a'.repeat(101)}`,
  ]) {
    assert.throws(
      () => pathToSign(path, 'h'),
      (error) => isCliError(error),
      path,
    );
  }
});
