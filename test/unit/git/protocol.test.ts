import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../../src/core/errors.ts';
import { regionToAnswer } from '../../../src/git/hosts.ts';
import { parseRequest } from '../../../src/git/protocol.ts';
import { runs } from '../../support/fuzz.ts';

const parse = (text: string) => parseRequest(Buffer.from(text, 'latin1'));
const refuses = (text: string, message: RegExp): void => {
  assert.throws(
    () => parse(text),
    (error) => isCliError(error) && message.test(error.message),
  );
};

test('attributes are read up to the empty line', () => {
  const request = parse('protocol=https\nhost=a.example\npath=v1/repos/x=y\nusername=me\n\nhost=b.example\n');
  assert.deepEqual(request, { protocol: 'https', host: 'a.example', path: 'v1/repos/x=y', username: 'me' });
});

test('what is missing is empty, and the last line need not end', () => {
  assert.deepEqual(parse('host=a'), { protocol: '', host: 'a', path: '', username: '' });
  assert.deepEqual(parse(''), { protocol: '', host: '', path: '', username: '' });
});

test('attributes of newer git versions are passed over, repeated or not', () => {
  const request = parse(
    'capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=a\nwwwauth[]=Basic\trealm="x"\nwwwauth[]=Bearer\nfuture=1\nfuture=2\n\n',
  );
  assert.equal(request.host, 'a');
});

test('names may be other than ASCII', () => {
  assert.equal(parseRequest(Buffer.from('username=Zoë\n')).username, 'Zoë');
});

test('the same value twice is no contradiction', () => {
  assert.equal(parse('host=a\nhost=a\n').host, 'a');
});

test('contradictions are refused', () => {
  for (const key of ['protocol', 'host', 'path', 'username']) {
    refuses(`${key}=a\n${key}=b\n`, new RegExp(`two different values of ${key}`));
  }
});

test('control bytes are refused wherever they stand', () => {
  for (const text of [
    'host=a\r\n',
    'host=a\rb\n',
    'host=a\0\n',
    'ho\0st=a\n',
    'x=\u001b[0m\n',
    'x=\u007f\n',
    'host=a\tb\n',
  ]) {
    refuses(text, /control character/);
  }
});

test('lines without = and lines too long are refused', () => {
  refuses('host\n', /without =/);
  assert.equal(parse(`host=a\nx=${'y'.repeat(65_533)}\n`).host, 'a');
  refuses(`x=${'y'.repeat(65_534)}\n`, /longer than 65535 bytes/);
});

test('no bytes make it do anything but parse or refuse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        parseRequest(bytes);
      } catch (error) {
        assert.ok(isCliError(error));
      }
    }),
  );
});

test('a request is answered only if its one host line is a CodeCommit host', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'protocol=https\n',
      'host=git-codecommit.us-east-1.amazonaws.com',
      'host=evil.example',
      '\n',
      '\r',
      '\0',
      '\r\n',
      '.evil.example',
      'path=v1/repos/x\n',
      'HOST=evil.example\n',
      'host =evil.example\n',
    ),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      let region: string | undefined;
      try {
        region = regionToAnswer(parse(text));
      } catch {
        return;
      }
      // Read again with other means: every host line before the first empty one is exactly the CodeCommit host.
      if (region === undefined) return;
      const [head = ''] = `\n${text}`.split('\n\n');
      const hosts = head.split('\n').filter((line) => line.startsWith('host='));
      assert.ok(hosts.length > 0);
      for (const line of hosts) assert.equal(line, 'host=git-codecommit.us-east-1.amazonaws.com');
    }),
    runs(2000),
  );
});

// Characters that fold, decompose or are cut into those of a CodeCommit host.
const LOOKALIKES = [
  '\uFEFF',
  '\u212A',
  '\u017F',
  '\u0130',
  '\u0131',
  '\uFF0E',
  '\u3002',
  '\uFF61',
  '\u200B',
  '\u00AD',
  '\u0435',
  '\uFF47',
  '\u2024',
];
const HOST = 'git-codecommit.us-kk-1.amazonaws.com';

test('a host that is not ASCII is never one of CodeCommit, wherever the character stands', () => {
  assert.equal(regionToAnswer({ protocol: 'https', host: HOST }), 'us-kk-1');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.constantFrom(...LOOKALIKES),
        fc.integer({ min: 0xa0, max: 0xd7ff }).map((code) => String.fromCharCode(code)),
      ),
      fc.nat(HOST.length),
      fc.boolean(),
      (odd, at, instead) => {
        const host = `${HOST.slice(0, at)}${odd}${HOST.slice(at + (instead ? 1 : 0))}`;
        const request = parseRequest(Buffer.from(`protocol=https\nhost=${host}\npath=v1/repos/x\n\n`));
        assert.equal(regionToAnswer(request), undefined);
        assert.equal(regionToAnswer(request, { host: HOST, region: 'us-kk-1' }), undefined);
      },
    ),
  );
});

test('a byte order mark is not cut, in names and values', () => {
  assert.equal(parseRequest(Buffer.from('\uFEFFprotocol=https\nhost=h\n')).protocol, '');
  assert.equal(parseRequest(Buffer.from('host=\uFEFFh\n')).host, '\uFEFFh');
  assert.throws(() => parseRequest(Buffer.from('host=h\nhost=\uFEFFh\n')), /two different values/);
});
