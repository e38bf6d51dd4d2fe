import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../../src/core/errors.ts';
import { isLoopback } from '../../../src/core/loopback.ts';
import { proxyFor } from '../../../src/core/proxy.ts';

const STS = 'https://sts.us-east-1.amazonaws.com/';

function shown(url: string, env: Record<string, string>): string {
  return proxyFor(url, env)?.display ?? 'direct';
}

describe('proxyFor', () => {
  it('takes the lower-case variable first and passes over empty ones', () => {
    assert.equal(shown(STS, {}), 'direct');
    assert.equal(shown(STS, { HTTPS_PROXY: 'http://up:1', https_proxy: 'http://low:2' }), 'http://low:2');
    assert.equal(shown(STS, { HTTPS_PROXY: 'http://up:1', https_proxy: '' }), 'http://up:1');
    assert.equal(proxyFor(STS, { HTTPS_PROXY: 'http://up:1' })?.variable, 'HTTPS_PROXY');
  });

  it('keeps user name and password for the agent and out of what is shown', () => {
    const proxy = proxyFor(STS, { https_proxy: 'me:p%40ss@Proxy.Example:3128/x' });
    assert.equal(proxy?.url.reveal(), 'http://me:p%40ss@proxy.example:3128');
    assert.equal(proxy?.display, 'http://proxy.example:3128');
    assert.equal(proxy?.hostname, 'proxy.example');
  });

  it('reads HTTP_PROXY in capitals, but not in a CGI program', () => {
    const endpoint = 'http://sts.example/';
    assert.equal(shown(endpoint, { HTTP_PROXY: 'up:1' }), 'http://up:1');
    assert.equal(shown(endpoint, { HTTP_PROXY: 'up:1', http_proxy: 'low:2' }), 'http://low:2');
    assert.equal(shown(endpoint, { HTTP_PROXY: 'up:1', REQUEST_METHOD: 'GET' }), 'direct');
    assert.equal(shown(endpoint, { HTTPS_PROXY: 'up:1' }), 'direct');
  });

  it('refuses what is no http or https proxy, without showing the value', () => {
    for (const value of [
      'socks5://u:hunter2@h:1',
      'http://u:hunter2@',
      'http://u:hunter2@h:99999',
      'http://u:hunter2@a b:1',
      'http://u:hunter2%@h:1',
      'http://u:hunter2%zz@h:1',
      'http://u%E9:hunter2@h:1',
    ]) {
      assert.throws(
        () => proxyFor(STS, { HTTPS_PROXY: value }),
        (error) =>
          isCliError(error) &&
          error.exitCode === 3 &&
          error.message.includes('HTTPS_PROXY') &&
          !`${error.message}${error.hints.join()}`.includes('hunter2'),
        value,
      );
    }
  });

  it('never proxies loopback and link-local addresses', () => {
    const env = { https_proxy: 'p:1', http_proxy: 'p:1' };
    for (const host of [
      'localhost',
      'LOCALHOST.',
      'a.localhost',
      '127.0.0.1',
      '127.9.9.9',
      '[::1]',
      '169.254.169.254',
      '[fe80::1]',
      '[febf::1]',
    ]) {
      assert.equal(shown(`https://${host}/`, env), 'direct', host);
      assert.equal(shown(`http://${host}:8080/`, env), 'direct', host);
    }
    assert.equal(shown('https://[fec0::1]/', env), 'http://p:1');
    assert.equal(shown('https://notlocalhost/', env), 'http://p:1');
  });

  it('lets a NO_PROXY entry name a port', () => {
    const env = { https_proxy: 'p:1', no_proxy: 'amazonaws.com:443, [2001:db8::1]:8443' };
    assert.equal(shown(STS, env), 'direct');
    assert.equal(shown('https://sts.us-east-1.amazonaws.com:8443/', env), 'http://p:1');
    assert.equal(shown('https://[2001:db8::1]:8443/', env), 'direct');
    assert.equal(shown('https://[2001:db8::1]/', env), 'http://p:1');
  });

  it("knows curl's default ports", () => {
    assert.equal(shown(STS, { https_proxy: 'p' }), 'http://p:1080');
    assert.equal(shown(STS, { https_proxy: 'http://p' }), 'http://p:1080');
    assert.equal(shown(STS, { https_proxy: 'http://p:80' }), 'http://p:80');
    assert.equal(shown(STS, { https_proxy: 'https://p' }), 'https://p:443');
  });

  // Not in the table against curl: versions before 8 compare IPv6 entries as text.
  it('reads IPv6 addresses and ranges in any spelling', () => {
    for (const [list, expected] of [
      ['2001:db8::/32', 'direct'],
      ['2001:DB8:0::7', 'direct'],
      ['2001:db8::/29', 'direct'],
      ['2001:db9::/32', 'http://p:1'],
      ['2001:db8::/129', 'http://p:1'],
      ['192.0.2.0/24', 'http://p:1'],
    ] as const) {
      assert.equal(shown('https://[2001:db8::7]/', { https_proxy: 'p:1', no_proxy: list }), expected, list);
    }
  });

  it('goes direct for every host below an excepted suffix and for no other', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    fc.assert(
      fc.property(
        label,
        label,
        fc.boolean(),
        fc.constantFrom(',', ' ', ', '),
        (name, domain, dot, separator) => {
          const env = {
            https_proxy: 'p:1',
            NO_PROXY: `other.test${separator}${dot ? '.' : ''}${domain}.test`,
          };
          assert.equal(shown(`https://${name}.${domain}.test/`, env), 'direct');
          assert.equal(shown(`https://${domain}.test/`, env), 'direct');
          if (`${name}${domain}` !== 'other') {
            assert.equal(shown(`https://${name}${domain}.test/`, env), 'http://p:1');
          }
        },
      ),
    );
  });
});

describe('isLoopback', () => {
  it('knows names and addresses of this machine only', () => {
    for (const host of ['localhost', 'x.localhost', '127.0.0.1', '::1', '[::1]'])
      assert.ok(isLoopback(host), host);
    for (const host of ['localhost.evil.test', '128.0.0.1', '::2', '0.0.0.0', '169.254.169.254']) {
      assert.ok(!isLoopback(host), host);
    }
  });
});
