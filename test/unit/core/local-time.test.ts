import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localEnd, localTime } from '../../../src/core/local-time.ts';

process.env['TZ'] = 'Europe/Berlin';

describe('times for people', () => {
  it('are those of the clock on the wall, without milliseconds', () => {
    assert.equal(localTime(Date.UTC(2026, 10, 26, 23, 4, 5, 678)), '2026-11-27 00:04:05');
    assert.equal(localTime(Date.UTC(2026, 6, 1, 12)), '2026-07-01 14:00:00');
  });

  it('name the day of an end only where it is another, and what is left', () => {
    const now = Date.UTC(2026, 10, 26, 21, 58);
    assert.equal(localEnd(Date.UTC(2026, 10, 26, 22, 57), now), '23:57 (59m left)');
    assert.equal(localEnd(Date.UTC(2026, 10, 27, 9, 53), now), '2026-11-27 10:53 (11h55m left)');
    assert.equal(localEnd(now, now), '22:58 (expired)');
  });
});
