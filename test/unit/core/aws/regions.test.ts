import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultRegionOf,
  isRegionName,
  partitionOfArn,
  partitionOfRegion,
  PARTITIONS,
} from '../../../../src/core/aws/regions.ts';

for (const [region, partition] of [
  ['us-east-1', 'aws'],
  ['ap-southeast-7', 'aws'],
  ['mx-central-1', 'aws'],
  ['il-central-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['us-iso-west-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eu-north-99', 'aws'],
  ['moon-base-1', 'aws'],
] as const) {
  test(`${region} belongs to ${partition}`, () => {
    assert.equal(partitionOfRegion(region), partition);
  });
}

test('every partition knows its own default region, by a pattern that no other shares', () => {
  for (const [name, partition] of Object.entries(PARTITIONS)) {
    assert.equal(isRegionName(partition.defaultRegion), true);
    const matching = Object.entries(PARTITIONS).filter(([, other]) =>
      other.regions.test(partition.defaultRegion),
    );
    assert.deepEqual(
      matching.map(([other]) => other),
      [name],
    );
  }
});

test('partitionOfArn reads the partition and knows no other', () => {
  assert.equal(partitionOfArn('arn:aws-eusc:iam::123456789012:role/x'), 'aws-eusc');
  assert.equal(partitionOfArn('arn:aws-moon:iam::123456789012:role/x'), undefined);
  assert.equal(partitionOfArn('arn:aws-constructor:iam::123456789012:role/x'), undefined);
  assert.equal(partitionOfArn('us-east-1'), undefined);
});

test('STS without a region is asked in the default region of the partition', () => {
  assert.equal(defaultRegionOf('aws'), 'us-east-1');
  assert.equal(defaultRegionOf('aws-cn'), 'cn-northwest-1');
});

test('isRegionName takes the shape of a region and nothing that could change a host name', () => {
  for (const region of ['us-east-1', 'us-gov-west-1', 'eusc-de-east-1', 'ap-southeast-10']) {
    assert.equal(isRegionName(region), true, region);
  }
  for (const text of [
    '',
    'us-east',
    'US-EAST-1',
    'us-east-1\n',
    'us-east-1.example.com',
    'us-east-1/',
    'us_east_1',
    'evil.com#-east-1',
    'us-east-1@example',
    '-us-east-1',
    'aws-global',
  ]) {
    assert.equal(isRegionName(text), false, JSON.stringify(text));
  }
});
