import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointOf } from '../../aws/hosts.ts';

test('end points of every partition are known by region and partition', () => {
  for (const [host, service, region, partition] of [
    ['sts.amazonaws.com', 'sts', 'us-east-1', 'aws'],
    ['sts.eu-west-1.amazonaws.com', 'sts', 'eu-west-1', 'aws'],
    ['sts-fips.us-east-2.amazonaws.com', 'sts', 'us-east-2', 'aws'],
    ['sts.eu-west-1.api.aws', 'sts', 'eu-west-1', 'aws'],
    ['sts.cn-north-1.amazonaws.com.cn', 'sts', 'cn-north-1', 'aws-cn'],
    ['sts.us-gov-east-1.amazonaws.com', 'sts', 'us-gov-east-1', 'aws-us-gov'],
    ['sts.eusc-de-east-1.amazonaws.eu', 'sts', 'eusc-de-east-1', 'aws-eusc'],
    ['sts.us-iso-east-1.c2s.ic.gov', 'sts', 'us-iso-east-1', 'aws-iso'],
    ['iam.amazonaws.com', 'iam', 'us-east-1', 'aws'],
    ['iam.us-gov.amazonaws.com', 'iam', 'us-gov-west-1', 'aws-us-gov'],
    ['iam.cn-north-1.amazonaws.com.cn', 'iam', 'cn-north-1', 'aws-cn'],
  ] as const) {
    assert.deepEqual(endpointOf(host), { service, region, partition }, host);
  }
});

test('hosts AWS does not have are not known', () => {
  for (const host of [
    'sts.cn-north-1.amazonaws.com',
    'sts.eu-west-1.amazonaws.com.cn',
    'sts.nowhere-1.amazonaws.com',
    'iam.eu-west-1.amazonaws.com',
    'sts.eu-west-1.amazonaws.com.evil.example',
    'amazonaws.com',
    '',
  ]) {
    assert.equal(endpointOf(host), undefined, host);
  }
});
