import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../../../src/core/ports/system.ts';
import { createRetryStrategy } from '../../../../src/system/aws/retry.ts';
import type { Repeat } from '../../../../src/system/aws/retry.ts';

const NOW = 1_000_000;
const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };

interface Failure {
  readonly errorType: 'THROTTLING' | 'TRANSIENT' | 'SERVER_ERROR' | 'CLIENT_ERROR';
  readonly error?: object;
  readonly retryAfter?: number;
}

/** The wait before the next try in milliseconds, or undefined where there is none. */
async function waitAfter(
  failures: number,
  failure: Failure,
  repeat: Repeat = 'any',
): Promise<number | undefined> {
  const strategy = createRetryStrategy(repeat, clock, NOW + 45_000);
  let token = await strategy.acquireInitialRetryToken('');
  const { errorType, error = {}, retryAfter } = failure;
  const sdkError = { name: 'Error', message: 'made up', ...error };
  const hint = retryAfter === undefined ? {} : { retryAfterHint: new Date(NOW + retryAfter * 1000) };
  try {
    for (let tries = 0; tries < failures; tries++) {
      token = await strategy.refreshRetryTokenForRetry(token, { errorType, error: sdkError, ...hint });
    }
  } catch {
    return undefined;
  }
  return token.getRetryDelay();
}

describe('createRetryStrategy', () => {
  it('allows three tries, each wait within its bound', async () => {
    for (let run = 0; run < 50; run++) {
      assert.ok(((await waitAfter(1, { errorType: 'TRANSIENT' })) ?? 1e9) <= 200);
      assert.ok(((await waitAfter(2, { errorType: 'TRANSIENT' })) ?? 1e9) <= 400);
      assert.ok(((await waitAfter(2, { errorType: 'THROTTLING' })) ?? 1e9) <= 2000);
    }
    assert.equal(await waitAfter(3, { errorType: 'TRANSIENT' }), undefined);
  });

  it('waits as long as Retry-After says, within the time there is', async () => {
    assert.equal(await waitAfter(1, { errorType: 'TRANSIENT', retryAfter: 7 }), 7000);
    assert.equal(await waitAfter(1, { errorType: 'THROTTLING', retryAfter: 44 }), 44_000);
    assert.equal(await waitAfter(1, { errorType: 'TRANSIENT', retryAfter: 45 }), undefined);
    assert.ok(((await waitAfter(1, { errorType: 'TRANSIENT', retryAfter: -9 })) ?? -1) >= 0);
  });

  it('never repeats what was refused for good', async () => {
    for (const failure of [
      { errorType: 'CLIENT_ERROR' },
      { errorType: 'SERVER_ERROR' },
      { errorType: 'THROTTLING', error: { Code: 'LimitExceeded' } },
      { errorType: 'TRANSIENT', error: { message: 'Signature expired: 20260101T000000Z is now earlier' } },
      { errorType: 'CLIENT_ERROR', error: { code: 'ERR_PROXY_TUNNEL', statusCode: 407 } },
    ] as const) {
      assert.equal(await waitAfter(1, failure), undefined, JSON.stringify(failure));
    }
  });

  it('repeats a tunnel that broke', async () => {
    for (const error of [{ code: 'ERR_PROXY_TUNNEL' }, { code: 'ERR_PROXY_TUNNEL', statusCode: 502 }]) {
      assert.notEqual(await waitAfter(1, { errorType: 'CLIENT_ERROR', error }), undefined);
    }
  });

  it('keeps to what the call allows', async () => {
    assert.equal(await waitAfter(1, { errorType: 'THROTTLING' }, 'never'), undefined);
    assert.equal(await waitAfter(1, { errorType: 'TRANSIENT' }, 'refused'), undefined);
    assert.notEqual(await waitAfter(1, { errorType: 'THROTTLING' }, 'refused'), undefined);
  });
});
