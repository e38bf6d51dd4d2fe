import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Credentials } from '../../../src/core/credentials.ts';
import type { Environment } from '../../../src/core/ports/environment.ts';
import { fromEnvironment } from '../../../src/sources/environment.ts';
import { createBench } from '../../support/source-system.ts';
import type { Bench } from '../../support/source-system.ts';
import { cliErrorOf } from '../../support/system-aws.ts';

const KEY = {
  AWS_ACCESS_KEY_ID: 'AKIAQQQQQQQQQQQQ7777',
  AWS_SECRET_ACCESS_KEY: 'made-up/secret+of+forty+characters+00000',
};
const step = { kind: 'environment', profile: undefined, reason: '', cacheKey: '' } as const;

let benches: Bench[] = [];
afterEach(() => {
  for (const one of benches) one.dispose();
  benches = [];
});

function read(env: Environment): Promise<Credentials> {
  const made = createBench({ env });
  benches.push(made);
  return fromEnvironment(step, made.context);
}

describe('the keys of the environment', () => {
  it('are long-lived without a token', async () => {
    const found = await read(KEY);
    assert.equal(found.accessKeyId, KEY.AWS_ACCESS_KEY_ID);
    assert.equal(found.secretAccessKey.reveal(), KEY.AWS_SECRET_ACCESS_KEY);
    assert.equal(found.sessionToken, undefined);
    assert.equal(found.expiresAt, undefined);
  });

  for (const [env, token] of [
    [{ AWS_SESSION_TOKEN: 'new' }, 'new'],
    [{ AWS_SECURITY_TOKEN: 'old' }, 'old'],
    [{ AWS_SESSION_TOKEN: 'new', AWS_SECURITY_TOKEN: 'old' }, 'new'],
    [{ AWS_SESSION_TOKEN: '', AWS_SECURITY_TOKEN: 'old' }, 'old'],
  ] as const) {
    it(`have the token of ${JSON.stringify(env)}`, async () => {
      assert.equal((await read({ ...KEY, ...env })).sessionToken?.reveal(), token);
    });
  }

  it('end when the environment says', async () => {
    const env = { ...KEY, AWS_SESSION_TOKEN: 't', AWS_CREDENTIAL_EXPIRATION: '2100-01-01T00:00:00Z' };
    assert.equal((await read(env)).expiresAt, Date.UTC(2100, 0, 1));
  });

  it('are refused by halves, ended, or with a time that has no zone', async () => {
    for (const env of [
      {},
      { AWS_ACCESS_KEY_ID: KEY.AWS_ACCESS_KEY_ID },
      { ...KEY, AWS_SECRET_ACCESS_KEY: '' },
      { ...KEY, AWS_ACCESS_KEY_ID: 'ASIAQQQQQQQQQQQQ7777' },
      { ...KEY, AWS_SESSION_TOKEN: 't', AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z' },
      { ...KEY, AWS_SESSION_TOKEN: 't', AWS_CREDENTIAL_EXPIRATION: '2100-01-01T00:00:00' },
    ]) {
      const error = await cliErrorOf(read(env), KEY.AWS_SECRET_ACCESS_KEY);
      assert.equal(error.kind, 'config', JSON.stringify(Object.keys(env)));
    }
  });
});
