import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyFromEnvironment, keyFromText } from '../../../../src/commands/shared/given-key.ts';
import { cliError } from '../../../support/files.ts';

const ID = 'AKIAQQQQQQQQQQQQ7777';
const SECRET = 'made-up/secret+of+forty+characters+00000';

const created = (id: string, more = {}): string =>
  JSON.stringify({ AccessKey: { AccessKeyId: id, SecretAccessKey: SECRET, ...more } });
const plain = (id: string, more = {}): string =>
  JSON.stringify({ AccessKeyId: id, SecretAccessKey: SECRET, ...more });
const csv = (id: string): string => `Access key ID,Secret access key\n${id},${SECRET}\n`;

describe('a long-lived key', () => {
  for (const [what, text] of [
    ['as iam create-access-key prints it', created(ID)],
    ['as a plain object', plain(ID)],
    ["as the console's CSV file", csv(ID)],
    ['behind a byte order mark', `\uFEFF${csv(ID)}`],
    ['in quoted cells and with CRLF', `"Access key ID","Secret access key"\r\n"${ID}","${SECRET}"\r\n`],
  ] as const) {
    it(`is read ${what}`, () => {
      const key = keyFromText(text);
      assert.equal(key.accessKeyId, ID);
      assert.equal(key.secretAccessKey.reveal(), SECRET);
    });
  }

  it('has the date it was made, where the giver knows it', () => {
    assert.equal(
      keyFromText(created(ID, { CreateDate: '2026-01-02T03:04:05Z' })).createdAt,
      '2026-01-02T03:04:05.000Z',
    );
    assert.equal(keyFromText(created(ID, { CreateDate: 'some day' })).createdAt, undefined);
  });

  it('is read from the environment', () => {
    const key = keyFromEnvironment({ AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET });
    assert.equal(key.accessKeyId, ID);
  });
});

describe('a temporary key is refused', () => {
  const asia = ID.replace('AKIA', 'ASIA');
  for (const [what, text] of [
    ['by its id alone, in an object', plain(asia)],
    ['by its id alone, in what IAM prints', created(asia)],
    ['by its id alone, in a CSV file', csv(asia)],
    ['by its token', plain(ID, { SessionToken: 'a-token' })],
    ['by both', plain(asia, { SessionToken: 'a-token' })],
    ['by a token that is no text', plain(ID, { SessionToken: 7 })],
    ['by a token in a list', plain(ID, { SessionToken: ['a-token'] })],
  ] as const) {
    it(what, () => {
      assert.throws(() => keyFromText(text), cliError('usage', /temporary key/));
    });
  }

  it('by its id alone, from the environment', () => {
    const env = { AWS_ACCESS_KEY_ID: asia, AWS_SECRET_ACCESS_KEY: SECRET };
    assert.throws(() => keyFromEnvironment(env), cliError('usage', /temporary/));
  });

  for (const token of ['AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN']) {
    it(`by ${token}`, () => {
      const env = { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET, [token]: 'a-token' };
      assert.throws(() => keyFromEnvironment(env), cliError('usage', /temporary/));
    });
  }
});

describe('what is no key is refused, and never shown', () => {
  for (const text of [
    '',
    '{',
    '[]',
    '{}',
    'null',
    plain('AKIA-with-dashes-1'),
    plain('short'),
    plain(''),
    plain(ID, { SecretAccessKey: 'too short' }),
    plain(ID, { SecretAccessKey: 'has blanks in it, forty characters of it' }),
    plain(ID, { SecretAccessKey: 7 }),
    'Access key ID\nAKIAQQQQQQQQQQQQ7777',
    `${ID},${SECRET}`,
    `Access key ID,Secret access key\n${ID},${SECRET}\n${ID},${SECRET}`,
  ]) {
    it(JSON.stringify(text.slice(0, 40)), () => {
      assert.throws(() => keyFromText(text), cliError('usage', /^(?!.*characters)/));
    });
  }
});
