import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertEndpointAllowed, endpointFor } from '../../../../src/core/aws/endpoints.ts';
import { isCliError } from '../../../../src/core/errors.ts';

const none = (): undefined => undefined;

function profileWith(endpoint: string): (key: string) => string | undefined {
  return (key) => (key === 'endpoint_url' ? endpoint : undefined);
}

function configError(pattern: RegExp): (error: unknown) => boolean {
  return (error) => isCliError(error) && error.kind === 'config' && pattern.test(error.message);
}

describe('endpointFor', () => {
  const everything = {
    AWS_ENDPOINT_URL_STS: 'https://one.test',
    AWS_ENDPOINT_URL: 'https://two.test',
  };
  const profile = profileWith('https://four.test');
  const section = new Map([['endpoint_url', 'https://three.test']]);

  it('takes the service variable, the general one, the services section, the profile, in that order', () => {
    assert.equal(endpointFor('sts', everything, profile, section), 'https://one.test');
    assert.equal(endpointFor('iam', everything, profile, section), 'https://two.test');
    assert.equal(endpointFor('iam', {}, profile, section), 'https://three.test');
    assert.equal(endpointFor('iam', {}, profile), 'https://four.test');
    assert.equal(endpointFor('iam', {}, none), undefined);
  });

  for (const [text, configured, taken] of [
    ['true', undefined, undefined],
    ['TRUE', undefined, undefined],
    [undefined, 'true', undefined],
    ['', 'True', undefined],
    ['true', 'false', undefined],
    ['false', 'true', 'https://one.test'],
    ['no', undefined, 'https://one.test'],
    [undefined, 'false', 'https://one.test'],
  ] as const) {
    it(`takes none where they are to be ignored (${text} in the environment, ${configured} in the profile)`, () => {
      const env = { ...everything, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: text };
      const get = (key: string): string | undefined =>
        key === 'ignore_configured_endpoint_urls' ? configured : profile(key);
      assert.equal(endpointFor('sts', env, get, section), taken);
    });
  }

  it('passes over empty values', () => {
    const env = { AWS_ENDPOINT_URL_STS: '', AWS_ENDPOINT_URL: '' };
    assert.equal(endpointFor('sts', env, profile, new Map([['endpoint_url', '']])), 'https://four.test');
  });

  it('writes the variable of sso-oidc with an underscore', () => {
    assert.equal(
      endpointFor('sso-oidc', { AWS_ENDPOINT_URL_SSO_OIDC: 'https://o.test' }, none),
      'https://o.test',
    );
    assert.equal(endpointFor('sso', { AWS_ENDPOINT_URL_SSO_OIDC: 'https://o.test' }, none), undefined);
  });

  it('names where a refused endpoint comes from', () => {
    const insecure = profileWith('http://four.test');
    assert.throws(
      () => endpointFor('sts', { AWS_ENDPOINT_URL: 'ftp://x' }, none),
      configError(/^AWS_ENDPOINT_URL /),
    );
    assert.throws(() => endpointFor('sts', {}, insecure), configError(/of the profile .* four\.test$/));
  });
});

describe('assertEndpointAllowed', () => {
  it('takes https anywhere and http on loopback', () => {
    for (const url of [
      'https://x.test/p',
      'http://localhost:4566',
      'http://127.0.0.1:1/',
      'http://[::1]:1',
    ]) {
      assertEndpointAllowed(url, 'it', {});
    }
  });

  it('refuses http elsewhere unless allowed by name', () => {
    assert.throws(
      () => assertEndpointAllowed('http://x.test', 'it', {}),
      configError(/unencrypted to x\.test/),
    );
    assert.throws(
      () =>
        assertEndpointAllowed('http://localhost.x.test', 'it', { CCVAULT_ALLOW_INSECURE_ENDPOINT: 'yes' }),
      configError(/unencrypted/),
    );
    assertEndpointAllowed('http://x.test', 'it', { CCVAULT_ALLOW_INSECURE_ENDPOINT: '1' });
  });

  it('refuses what is no URL and what carries a password, without showing it', () => {
    for (const url of [
      'x.test',
      'https://',
      'file:///etc',
      'https://u:hunter2@x.test',
      'https://:hunter2@x.test',
      'https://hunter2@x.test',
    ]) {
      assert.throws(
        () => assertEndpointAllowed(url, 'it', {}),
        (error) => configError(/^it /)(error) && isCliError(error) && !error.message.includes('hunter2'),
      );
    }
  });
});
