import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../../../src/core/errors.ts';
import { policyDocument } from '../../../../src/core/plan/policy-document.ts';
import { codePoint } from '../../../support/code-point.ts';
import { cliError } from '../../../support/files.ts';
import { runs } from '../../../support/fuzz.ts';

const GOOD =
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** A policy of so many characters. */
const ofLength = (length: number): string => `{"Statement": [], "Id": "${'x'.repeat(length - 27)}"}`;

describe('a policy file', () => {
  for (const [what, text] of [
    ['as it is', GOOD],
    ['after a byte order mark', `\uFEFF${GOOD}`],
    ['with the space around it', `\r\n\t ${GOOD}\n\n`],
    ['of 2,048 characters', ofLength(2048)],
    ['of 2,048 characters, a byte order mark and a line break', `\uFEFF${ofLength(2048)}\n`],
    ['with letters of Latin-1', GOOD.replace('s3:Get*', 'é:ÿ')],
    ['with an escape for any other', GOOD.replace('s3:Get*', String.raw`\u4e2d`)],
  ] as const) {
    it(`is sent ${what}`, () => {
      assert.equal(policyDocument(bytes(text), 'p.json'), text.replace('\uFEFF', '').trim());
    });
  }

  for (const [what, content, message] of [
    ['nothing', '', /^the policy file p\.json is empty$/m],
    ['a byte order mark alone', '\uFEFF\n', /is empty$/m],
    ['no JSON', '{"Statement": [}', /is not JSON$/m],
    ['JSON with a comment', `// mine\n${GOOD}`, /is not JSON$/m],
    ['two documents', `${GOOD}\n${GOOD}`, /is not JSON$/m],
    ['null', 'null', /is not a policy: it has no Statement$/m],
    ['a list', `[${GOOD}]`, /is not a policy/],
    ['a text', '"Statement"', /is not a policy/],
    ['an object of something else', '{"statement": []}', /is not a policy/],
    [
      'a character beyond Latin-1',
      GOOD.replace('"Effect"', '\n"Effect"').replace('s3', '中'),
      /U\+4E2D in line 2/,
    ],
    ['one of another plane', GOOD.replace('s3', '😀'), /U\+1F600 in line 1/],
    ['2,049 characters', ofLength(2049), /has 2049 characters, and AWS STS accepts 2048$/m],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => policyDocument(bytes(content), 'p.json'), cliError('config', message));
    });
  }

  it('is refused in another encoding', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(GOOD, 'utf16le')]);
    assert.throws(() => policyDocument(utf16, 'p.json'), cliError('config', /is not UTF-8$/m));
  });

  it('is refused with the way to make it fit', () => {
    const spaced = GOOD.replace('[', `[${' '.repeat(2000)}`);
    assert.throws(
      () => policyDocument(bytes(spaced), 'my policy.json'),
      cliError('config', /it has 9\d: jq -c \. 'my policy\.json'$/),
    );
    assert.throws(() => policyDocument(bytes(ofLength(3000)), 'p.json'), cliError('config', /--policy-arn/));
  });

  it('is sent as AWS STS accepts it or refused as a mistake in a file, whatever is in it', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: codePoint, maxLength: 3000 }),
      fc.string({ unit: 'grapheme' }).map((id) => JSON.stringify({ Statement: [], Id: id })),
      fc.nat(2100).map((length) => `{"Statement": []${' '.repeat(length)}}`),
    );
    const content = fc.oneof(text.map(bytes), fc.uint8Array());
    fc.assert(
      fc.property(content, (file) => {
        try {
          const sent = policyDocument(file, 'p.json');
          assert.match(sent, /^[\t\n\r -\u00FF]{1,2048}$/);
          assert.ok('Statement' in JSON.parse(sent));
        } catch (error) {
          assert.ok(isCliError(error) && error.kind === 'config' && error.hints.length === 1, String(error));
        }
      }),
      runs(1000),
    );
  });

  it('is never quoted in a message', () => {
    const secret = '{"Statement": "hunter2"';
    assert.throws(
      () => policyDocument(bytes(secret), 'p.json'),
      (error: unknown) => error instanceof Error && !error.message.includes('hunter2'),
    );
  });
});
