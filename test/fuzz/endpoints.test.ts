// Regions from files, flags and variables: whatever they hold, every call goes to a host of AWS, or none is made.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSOClient } from '@aws-sdk/client-sso';
import { SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import { STSClient } from '@aws-sdk/client-sts';
import * as fc from 'fast-check';
import { consolePlace, consoleUrl, federationUrl } from '../../src/console/urls.ts';
import { isRegionName, PARTITIONS } from '../../src/core/aws/regions.ts';
import type { PartitionName } from '../../src/core/aws/regions.ts';
import { isCliError } from '../../src/core/errors.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/fuzz.ts';
import { awsUnder } from '../support/system-aws.ts';

const piece = fc.oneof(
  fc.constantFrom(
    'us',
    'eu',
    'cn',
    'gov',
    'iso',
    'isob',
    'eusc',
    'de',
    'east',
    'north',
    '1',
    '2',
    'evil',
    'com',
    's3',
  ),
  fc.constantFrom(
    '.',
    '/',
    '@',
    '#',
    '?',
    ':',
    '%2f',
    '\\',
    '\n',
    ' ',
    '\u212A',
    'xn--',
    'localhost',
    '169.254.169.254',
  ),
);
const region = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('-')),
  fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
  fc
    .tuple(fc.constantFrom('us-east-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1'), piece)
    .map((parts) => parts.join('')),
  fc.stringMatching(/^[a-z]{2,4}(-[a-z]{2,7}){1,3}-\d{1,2}$/),
  fc.string({ unit: codePoint, maxLength: 12 }),
);

// What the SDK's endpoint rules have, beside the suffixes of partitions: those of dual-stack hosts.
const SUFFIXES = [
  ...Object.values(PARTITIONS).map(({ dnsSuffix }) => dnsSuffix),
  'api.aws',
  'api.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'api.aws.ic.gov',
  'api.aws.scloud',
  'api.cloud-aws.adc-e.uk',
  'api.aws.hci.ic.gov',
];

function assertOfAws(url: URL): void {
  assert.equal(url.protocol, 'https:');
  assert.equal(url.username + url.password + url.port, '');
  assert.ok(
    SUFFIXES.some((suffix) => url.hostname.endsWith(`.${suffix}`)),
    url.href,
  );
}

test('a region that is accepted leads to hosts of AWS, in every service and form', () => {
  fc.assert(
    fc.property(region, fc.boolean(), fc.boolean(), (name, fips, dualstack) => {
      if (!isRegionName(name)) return;
      for (const Client of [STSClient, IAMClient, SSOClient, SSOOIDCClient]) {
        const { endpointProvider } = new Client({ region: name }).config;
        const parameters = { Region: name, UseFIPS: fips, UseDualStack: dualstack };
        let url: URL;
        try {
          ({ url } = endpointProvider(parameters));
        } catch (error) {
          assert.match(String(error), /does not support|FIPS|DualStack/i);
          continue;
        }
        assertOfAws(url);
      }
    }),
    runs(500),
  );
});

test('any other is refused before a call', async () => {
  await fc.assert(
    fc.asyncProperty(region, async (name) => {
      if (isRegionName(name)) return;
      const aws = awsUnder({});
      for (const client of ['sts', 'iam', 'sso', 'ssoOidc'] as const) {
        await assert.rejects(
          aws[client]({ region: name }),
          (error) => isCliError(error) && error.kind === 'config',
        );
      }
    }),
    runs(300),
  );
});

test('the console and its sign-in are hosts of their partition, whatever the region', () => {
  const partition = fc.constantFrom(...(Object.keys(PARTITIONS) as PartitionName[]));
  fc.assert(
    fc.property(partition, region, (name, text) => {
      const place = consolePlace(name, text);
      const { consoleHost, signInHost } = PARTITIONS[name];
      for (const [address, host] of [
        [consoleUrl(place), consoleHost],
        [federationUrl(place), signInHost],
      ] as const) {
        const { protocol, hostname } = new URL(address);
        assert.equal(protocol, 'https:');
        const bare = host.replace(/^eusc-de-east-1\./, '');
        assert.ok(hostname === host || hostname === `${text}.${bare}`, address);
        assert.ok(hostname === host || isRegionName(text));
      }
    }),
    runs(1000),
  );
});
