import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  ASSUME_ROLE_SECONDS,
  CHAINED_ROLE_MAX_SECONDS,
  FEDERATION_SECONDS,
  formatDuration,
  formatTimeLeft,
  parseDuration,
  SESSION_TOKEN_SECONDS,
} from '../../../../src/core/aws/durations.ts';

for (const [text, seconds] of [
  ['15m', 900],
  ['1h30m', 5400],
  ['1h30m10s', 5410],
  ['43200', 43_200],
  ['90s', 90],
  ['12h', 43_200],
  ['90m', 5400],
  ['0', 0],
] as const) {
  test(`parseDuration reads ${text}`, () => {
    assert.equal(parseDuration(text), seconds);
  });
}

for (const text of [
  '',
  ' ',
  '1d',
  '-1',
  '1.5h',
  '30m1h',
  '1h ',
  ' 1h',
  '1H',
  'h',
  '1e3',
  '１５m',
  '9999999999',
  '1h\n',
]) {
  test(`parseDuration refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseDuration(text), { kind: 'usage', message: /^not a duration: / });
  });
}

test('formatDuration leaves out what is zero', () => {
  assert.equal(formatDuration(5400), '1 h 30 min');
  assert.equal(formatDuration(129_600), '36 h');
  assert.equal(formatDuration(900), '15 min');
  assert.equal(formatDuration(3601), '1 h 1 s');
  assert.equal(formatDuration(0), '0 s');
});

test('what formatDuration shows reads back as the same number of seconds', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (seconds) => {
      const shown = formatDuration(seconds).replace('min', 'm').replaceAll(' ', '');
      assert.equal(parseDuration(shown), seconds);
    }),
  );
});

test('formatTimeLeft rounds down', () => {
  assert.equal(formatTimeLeft(-1), 'expired');
  assert.equal(formatTimeLeft(0), 'expired');
  assert.equal(formatTimeLeft(1), '< 1m');
  assert.equal(formatTimeLeft(59_999), '< 1m');
  assert.equal(formatTimeLeft(60_000), '1m');
  assert.equal(formatTimeLeft(3_599_999), '59m');
  assert.equal(formatTimeLeft(3_600_000), '1h0m');
  assert.equal(formatTimeLeft(14_399_999), '3h59m');
  assert.equal(formatTimeLeft(129_600_000), '36h0m');
});

test('the limits are those of the STS API reference', () => {
  assert.deepEqual(SESSION_TOKEN_SECONDS, { min: 15 * 60, max: 36 * 3600 });
  assert.deepEqual(FEDERATION_SECONDS, { min: 15 * 60, max: 36 * 3600 });
  assert.deepEqual(ASSUME_ROLE_SECONDS, { min: 15 * 60, max: 12 * 3600 });
  assert.equal(CHAINED_ROLE_MAX_SECONDS, 3600);
});
