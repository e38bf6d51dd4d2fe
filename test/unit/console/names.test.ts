import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { regionOfShortName, shortNamesOf } from '../../../src/console/region-short-names.ts';
import { SERVICES, servicePage } from '../../../src/console/services.ts';
import { REGION_NAMES } from '../../../src/core/aws/region-names.ts';
import { isRegionName } from '../../../src/core/aws/regions.ts';

describe('short names of regions', () => {
  for (const [short, region] of [
    ['ue1', 'us-east-1'],
    ['use1', 'us-east-1'],
    ['uw2', 'us-west-2'],
    ['ew1', 'eu-west-1'],
    ['EUC1', 'eu-central-1'],
    ['apne1', 'ap-northeast-1'],
    ['apse2', 'ap-southeast-2'],
    ['sae1', 'sa-east-1'],
    ['cac1', 'ca-central-1'],
    ['mes1', 'me-south-1'],
    ['afs1', 'af-south-1'],
    ['cnnw1', 'cn-northwest-1'],
    ['usgovw1', 'us-gov-west-1'],
    ['eu-west-1', 'eu-west-1'],
    ['nowhere', 'nowhere'],
    ['', ''],
  ] as const) {
    it(`${short} is ${region}`, () => assert.equal(regionOfShortName(short), region));
  }

  it('stand for one region each, and are no region themselves', () => {
    const all = REGION_NAMES.flatMap(shortNamesOf);
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.every((one) => !isRegionName(one)));
  });
});

describe('short names of services', () => {
  it('open the page of the long name', () => {
    for (const [short, long] of [
      ['cfn', 'cloudformation'],
      ['sfn', 'stepfunctions'],
      ['cw', 'cloudwatch'],
      ['ct', 'cloudtrail'],
      ['ddb', 'dynamodb'],
      ['r53', 'route53'],
      ['l', 'lambda'],
      ['apigw', 'apigateway'],
    ] as const) {
      assert.deepEqual(servicePage(short), servicePage(long), short);
    }
  });

  it('are names that --service takes', () => {
    for (const name of SERVICES) assert.equal(servicePage(name)?.known, true, name);
  });
});
