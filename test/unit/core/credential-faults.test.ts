import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { credentialFault } from '../../../src/core/credential-faults.ts';
import type { Credentials } from '../../../src/core/credentials.ts';
import { Secret } from '../../../src/core/secret.ts';

const NOW = Date.UTC(2026, 10, 27);

function fault(
  fields: { id?: string; secret?: string; token?: string | undefined; expiresAt?: number } = {},
): string | undefined {
  const { id = 'ASIAMADEUPFORTHISTES', secret = 'made-up', expiresAt } = fields;
  const token = 'token' in fields ? fields.token : 'made-up-token';
  const credentials: Credentials = {
    accessKeyId: id,
    secretAccessKey: new Secret(secret),
    ...(token === undefined ? {} : { sessionToken: new Secret(token) }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  return credentialFault(credentials, NOW);
}

describe('credentialFault', () => {
  it('finds none in sound credentials, long-lived and temporary', () => {
    assert.equal(fault(), undefined);
    assert.equal(fault({ expiresAt: NOW + 1 }), undefined);
    assert.equal(fault({ id: 'AKIAMADEUPFORTHISTES', token: undefined }), undefined);
    assert.equal(fault({ id: 'test', secret: 'test', token: undefined }), undefined);
  });

  for (const [what, fields, said] of [
    ['a temporary id alone', { token: undefined }, /\*\*\*\*STES \(ASIA\.\.\.\) without its session token/],
    ['an id with a blank', { id: 'AKIA MADE' }, /access key id with blanks/],
    ['an id in quotes', { id: '"AKIAMADEUP"' }, /access key id in quotes/],
    ['an id without end', { id: 'A'.repeat(129) }, /more than 128/],
    ['an empty secret', { secret: '' }, /secret access key that is empty/],
    ['a secret in quotes', { secret: "'made-up'" }, /secret access key in quotes/],
    ['a secret with a carriage return', { secret: 'made-up\r' }, /secret access key with blanks/],
    ['a token of two lines', { token: 'a\nhost=github.com' }, /session token with blanks/],
    ['a token that is not ASCII', { token: 'töken' }, /session token with blanks/],
    ['an empty token', { token: '' }, /session token that is empty/],
    ['an expiry that has passed', { expiresAt: NOW }, /expired at 2026-11-2\d \d\d:\d\d:00$/],
    ['an expiry of no year', { expiresAt: Number.NaN }, /not a possible date/],
    ['an expiry of year 10000', { expiresAt: 253_402_300_800_000 }, /not a possible date/],
  ] as const) {
    it(`names ${what} and quotes no secret`, () => {
      const text = fault(fields) ?? '';
      assert.match(text, said);
      assert.doesNotMatch(text, /made-up|github/);
    });
  }

  it('lets no line break or control character through, wherever it stands', () => {
    const text = fc.tuple(
      fc.string(),
      fc.constantFrom('\n', '\r', '\0', ' ', '\t', '\u0085', '\u2028'),
      fc.string(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('id', 'secret', 'token'), (parts, field) => {
        assert.notEqual(fault({ [field]: parts.join('') }), undefined);
      }),
    );
  });
});
