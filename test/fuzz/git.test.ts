// Hosts and URLs that come from repositories and remotes, judged beside a second reading by the URL parser of the runtime.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../src/core/errors.ts';
import { hostOfRegion, pathToSign, regionOfHost, regionToAnswer } from '../../src/git/hosts.ts';
import { parseCodecommitUrl } from '../../src/git/malformed-url.ts';
import { parseRequest } from '../../src/git/protocol.ts';
import { remoteCommand } from '../../src/git/remote.ts';
import { formatHttpsUrl, httpsUrl, parseHttpsUrl, readCodecommitUrl } from '../../src/git/url.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/fuzz.ts';

const label = fc.constantFrom(
  'git-codecommit',
  'git-codecommit-fips',
  'GIT-CodeCommit',
  'vpce-1a-2b',
  'vpce',
  'us-east-1',
  'cn-north-1',
  'us-gov-west-1',
  'amazonaws',
  'AMAZONAWS',
  'com',
  'cn',
  'evil',
  'example',
  'a',
  '-',
  '',
  'us-east-1-',
  'xn--e1a',
);
const mark = fc.oneof(
  { weight: 12, arbitrary: fc.constant('.') },
  fc.constantFrom(
    '..',
    '/',
    '@',
    ':',
    ':443',
    ':8443',
    '#',
    '?',
    '\\',
    ' ',
    '\t',
    '\0',
    '%2e',
    '\u3002',
    '\uFF0E',
  ),
);
const soup = fc
  .array(fc.tuple(label, mark), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.flat().join(''));
const region = fc.constantFrom('us-east-1', 'eu-west-1', 'cn-north-1', 'us-gov-west-1');
/** A good host with one thing done to it. */
const spoilt = fc
  .tuple(
    region,
    fc.boolean(),
    fc.nat(50),
    fc.oneof(mark, label, fc.string({ unit: codePoint, maxLength: 2 })),
  )
  .map(([name, fips, at, text]) => {
    const host = hostOfRegion(name, { fips });
    return host.slice(0, at) + text + host.slice(at);
  });
const host = fc.oneof(
  soup,
  spoilt,
  soup.map((text) => text.replace(/[^a-z0-9]+$/i, '')),
);

const OURS =
  /^(?:vpce-[a-z0-9-]+\.)?git-codecommit(?:-fips)?\.[a-z0-9-]+\.(?:vpce\.)?amazonaws\.com(?:\.cn)?$/;

test('a host that is answered is one of CodeCommit for whoever connects to it as well', () => {
  fc.assert(
    fc.property(host, (name) => {
      const found = regionOfHost(name);
      assert.equal(regionToAnswer({ protocol: 'https', host: name }), found);
      if (found === undefined) return;
      const url = new URL(`https://${name}/v1/repos/x`);
      assert.match(url.hostname, OURS);
      assert.equal(url.username + url.password + url.port, '');
      assert.equal(url.pathname, '/v1/repos/x');
      assert.ok(url.hostname.split('.').includes(found));
    }),
    runs(5000),
  );
});

test('the region that is signed for is the one in the host', () => {
  fc.assert(
    fc.property(region, fc.boolean(), (name, fips) => {
      assert.equal(regionOfHost(hostOfRegion(name, { fips })), name);
    }),
  );
});

test('a request is answered for the host that stands in its bytes, and for no other', () => {
  const value = fc.oneof(
    host,
    fc.constantFrom('https', 'http', 'v1/repos/x'),
    fc.string({ unit: codePoint, maxLength: 6 }),
  );
  const line = fc.tuple(
    fc.constantFrom('protocol', 'host', 'path', 'username', 'url', 'HOST', 'host '),
    value,
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const bytes = Buffer.from(`${lines.map(([key, text]) => `${key}=${text}`).join('\n')}\n\n`);
      let request;
      try {
        request = parseRequest(bytes);
      } catch (error) {
        assert.ok(isCliError(error), String(error));
        return;
      }
      if (regionToAnswer(request) === undefined) return;
      // As git reads them: lines end at LF, and the last of a name counts.
      const read = bytes
        .toString('latin1')
        .split('\n')
        .findLast((text) => text.startsWith('host='));
      assert.equal(read, `host=${request.host}`);
      assert.match(request.host.toLowerCase().replace(/:443$/, ''), OURS);
    }),
    runs(2000),
  );
});

test('a path that is signed leads to one repository, whoever reads it', () => {
  const part = fc.oneof(
    fc.constantFrom('v1', 'repos', 'x', '..', '.', '', 'info', 'lfs', '%2e%2e', 'a b', '?', '#'),
    fc.string({ unit: codePoint, maxLength: 3 }),
  );
  const path = fc.array(part, { maxLength: 7 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(
      fc.oneof(
        path,
        path.map((rest) => `v1/repos/${rest}`),
      ),
      (text) => {
        let signed;
        try {
          signed = pathToSign(text, 'h');
        } catch (error) {
          assert.ok(isCliError(error) && error.kind === 'config');
          return;
        }
        if (signed !== undefined) assert.equal(new URL(`https://h/${signed}`).pathname, `/${signed}`);
      },
    ),
    runs(2000),
  );
});

test('a codecommit:// URL gives git one https URL of AWS and no option of its own', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '-c',
      '--upload-pack=x',
      '-',
      'ext::sh',
      'core.sshCommand=x',
      'r',
      'p',
      '..',
      '%',
      '\n',
      ' ',
      "'",
      '$(id)',
    ),
    fc.constantFrom(
      'codecommit',
      '://',
      '::',
      '@',
      '/',
      ':',
      'us-east-1',
      'cn-north-1',
      'https',
      'evil.example',
    ),
    fc.string({ unit: codePoint, maxLength: 4 }),
  );
  const free = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
  const shaped = fc
    .tuple(fc.constantFrom('codecommit://', 'codecommit::us-east-1://', 'us-east-1://'), free, free)
    .map(([scheme, profile, repository]) => `${scheme}${profile}@${repository}`);
  const named = fc
    .tuple(
      fc.constantFrom('codecommit://', 'codecommit::eu-west-1://'),
      free,
      fc.stringMatching(/^[\w.-]{1,20}$/),
    )
    .map(([scheme, profile, repository]) => `${scheme}${profile}@${repository}`);
  fc.assert(
    fc.property(fc.oneof(free, shaped, named), (url) => {
      const read = readCodecommitUrl(url);
      if (read === undefined) {
        assert.throws(() => parseCodecommitUrl(url), isCliError);
        return;
      }
      const setup = { program: ['/usr/bin/ccvault'], profile: read.profile };
      const target = httpsUrl(read.region ?? 'eu-west-1', read.repository, { fips: false });
      const [program, ...words] = remoteCommand('/usr/bin/git', 'origin', target, setup);
      assert.equal(program, '/usr/bin/git');
      const https = words.at(-1) ?? '';
      assert.match(new URL(https).hostname, OURS);
      assert.equal(https, formatHttpsUrl(target));
      assert.equal(parseHttpsUrl(https)?.repository, read.repository);
      // Every setting is a value behind -c, under a name of ours that the URL cannot lengthen.
      const settings = words.slice(0, -3);
      assert.deepEqual(words.slice(-3, -1), ['remote-https', 'origin']);
      for (const [index, text] of settings.entries()) {
        if (index % 2 === 0) assert.equal(text, '-c');
        else
          assert.match(
            text,
            /^(?:credential|ccvault)\.https:\/\/[\w.-]+\/v1\/repos\/[\w.-]+\.(?:helper|useHttpPath|profile)=/,
          );
      }
    }),
    runs(3000),
  );
});
