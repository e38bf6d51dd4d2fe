import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { Clock } from '../../core/ports/system.ts';

/**
 * When a request may be sent again. `any`: whenever that may help. `refused`: only after throttling, when AWS has not
 * processed it, for what must not happen twice. `never`: for a request with an MFA code, which AWS accepts once.
 */
export type Repeat = 'any' | 'refused' | 'never';

export const MAX_TRIES = 3;

// The longest first wait, doubled for each further try; after throttling as long as in botocore's standard mode.
const FIRST_WAIT_MS = 200;
const FIRST_WAIT_THROTTLED_MS = 1000;

export type RetryStrategy = Extract<
  NonNullable<STSClientConfig['retryStrategy']>,
  { acquireInitialRetryToken: unknown }
>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;
type ErrorInfo = Parameters<RetryStrategy['refreshRetryTokenForRetry']>[1];

/**
 * A retry strategy for the SDK with ccvault's limits: three tries, full jitter, at least the time in Retry-After, and
 * no wait that would end after `deadline` (milliseconds since the epoch).
 */
export function createRetryStrategy(repeat: Repeat, clock: Clock, deadline: number): RetryStrategy {
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (last, info) => {
      const tries = last.getRetryCount() + 1;
      const wait = waitAfter(tries, info, clock.now());
      if (tries >= MAX_TRIES || !mayRepeat(repeat, info) || clock.now() + wait >= deadline) {
        // Whatever is thrown here, the SDK throws the error of the last try.
        throw new Error('no further try');
      }
      return token(tries, wait);
    },
    recordSuccess: () => {},
  };
}

function token(count: number, delay: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}

function waitAfter(tries: number, info: ErrorInfo, now: number): number {
  const first = info.errorType === 'THROTTLING' ? FIRST_WAIT_THROTTLED_MS : FIRST_WAIT_MS;
  const wait = Math.random() * first * 2 ** (tries - 1);
  return Math.max(wait, (info.retryAfterHint?.getTime() ?? now) - now);
}

function mayRepeat(repeat: Repeat, info: ErrorInfo): boolean {
  if (repeat === 'never') return false;
  const error: unknown = info.error;
  // An IAM quota, which the SDK treats as throttling: waiting does not help.
  if (property(error, 'Code') === 'LimitExceeded') return false;
  if (info.errorType === 'THROTTLING') return true;
  if (repeat === 'refused') return false;
  if (property(error, 'code') === 'ERR_PROXY_TUNNEL')
    return Number(property(error, 'statusCode') ?? 500) >= 500;
  // A wrong clock stays wrong.
  if (/signature (?:expired|not yet current)/i.test(String(property(error, 'message')))) return false;
  return info.errorType === 'TRANSIENT';
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
