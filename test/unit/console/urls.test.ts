import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { consolePlace, consoleUrl, federationUrl, signInUrl } from '../../../src/console/urls.ts';
import { isCliError } from '../../../src/core/errors.ts';
import type { PartitionName } from '../../../src/core/aws/regions.ts';
import { Secret } from '../../../src/core/secret.ts';
import { codePoint } from '../../support/code-point.ts';

const HOSTS: readonly (readonly [PartitionName, string | undefined, signIn: string, console: string])[] = [
  ['aws', undefined, 'signin.aws.amazon.com', 'console.aws.amazon.com'],
  ['aws', 'eu-west-1', 'eu-west-1.signin.aws.amazon.com', 'eu-west-1.console.aws.amazon.com'],
  ['aws-cn', undefined, 'signin.amazonaws.cn', 'console.amazonaws.cn'],
  ['aws-cn', 'cn-north-1', 'cn-north-1.signin.amazonaws.cn', 'cn-north-1.console.amazonaws.cn'],
  ['aws-us-gov', undefined, 'signin.amazonaws-us-gov.com', 'console.amazonaws-us-gov.com'],
  [
    'aws-us-gov',
    'us-gov-east-1',
    'us-gov-east-1.signin.amazonaws-us-gov.com',
    'us-gov-east-1.console.amazonaws-us-gov.com',
  ],
  ['aws-eusc', undefined, 'eusc-de-east-1.signin.amazonaws-eusc.eu', 'console.amazonaws-eusc.eu'],
  [
    'aws-eusc',
    'eusc-de-west-2',
    'eusc-de-west-2.signin.amazonaws-eusc.eu',
    'eusc-de-west-2.console.amazonaws-eusc.eu',
  ],
  ['aws-iso', 'us-iso-east-1', 'signin.c2shome.ic.gov', 'console.c2shome.ic.gov'],
  ['aws-iso-b', 'us-isob-east-1', 'signin.sc2shome.sgov.gov', 'console.sc2shome.sgov.gov'],
  ['aws-iso-e', 'eu-isoe-west-1', 'signin.csphome.adc-e.uk', 'console.csphome.adc-e.uk'],
  ['aws-iso-f', 'us-isof-south-1', 'signin.csphome.hci.ic.gov', 'console.csphome.hci.ic.gov'],
  // A region of another partition, or of none, is left out.
  ['aws', 'cn-north-1', 'signin.aws.amazon.com', 'console.aws.amazon.com'],
  ['aws-cn', 'eu-west-1', 'signin.amazonaws.cn', 'console.amazonaws.cn'],
  ['aws', 'evil.example/', 'signin.aws.amazon.com', 'console.aws.amazon.com'],
];

describe('console URLs', () => {
  for (const [partition, region, signIn, console] of HOSTS) {
    it(`${partition} ${region ?? 'without a region'}`, () => {
      const place = consolePlace(partition, region);
      assert.equal(federationUrl(place), `https://${signIn}/federation`);
      const url = new URL(consoleUrl(place));
      assert.equal(url.host, console);
      assert.equal(url.pathname, '/console/home');
      assert.equal(url.searchParams.get('region'), place.region ?? null);
    });
  }

  const PATHS: readonly (readonly [path: string, url: string])[] = [
    ['s3/home', 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1'],
    ['/s3/home', 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1'],
    ['', 'https://eu-west-1.console.aws.amazon.com/?region=eu-west-1'],
    ['//evil.example/x', 'https://eu-west-1.console.aws.amazon.com/evil.example/x?region=eu-west-1'],
    [
      'ec2/home?a=b+c#Instances:',
      'https://eu-west-1.console.aws.amazon.com/ec2/home?a=b+c&region=eu-west-1#Instances:',
    ],
    ['ec2/home?region=us-east-2', 'https://eu-west-1.console.aws.amazon.com/ec2/home?region=us-east-2'],
    [
      'cloudwatch/home#logsV2:log-groups',
      'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups',
    ],
    ['@evil.example', 'https://eu-west-1.console.aws.amazon.com/@evil.example?region=eu-west-1'],
  ];
  for (const [path, expected] of PATHS) {
    it(`path ${path}`, () => assert.equal(consoleUrl(consolePlace('aws', 'eu-west-1'), path), expected));
  }

  it('takes no path of another scheme', () => {
    for (const path of ['https://evil.example/', 'javascript:alert(1)', 'mailto:x']) {
      assert.throws(
        () => consoleUrl({ partition: 'aws', region: undefined }, path),
        (error) => isCliError(error) && error.kind === 'usage',
      );
    }
  });

  it('never leaves the console, whatever the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (path) => {
        let url: string;
        try {
          url = consoleUrl(consolePlace('aws', 'eu-west-1'), path);
        } catch (error) {
          return isCliError(error);
        }
        const { protocol, host } = new URL(url);
        return protocol === 'https:' && host === 'eu-west-1.console.aws.amazon.com';
      }),
    );
  });

  it('carries token and destination to the letter, and hides both', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.webUrl(), (token, destination) => {
        const url = signInUrl('https://signin.aws.amazon.com/federation', new Secret(token), destination);
        assert.equal(String(url), '****');
        const { searchParams, pathname } = new URL(url.reveal());
        assert.equal(pathname, '/federation');
        assert.equal(searchParams.get('Action'), 'login');
        assert.equal(searchParams.get('SigninToken'), token);
        assert.equal(searchParams.get('Destination'), destination);
      }),
    );
  });
});
