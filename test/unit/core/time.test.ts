import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isoSeconds, parseTime } from '../../../src/core/time.ts';

describe('parseTime', () => {
  const at = Date.UTC(2026, 10, 27, 0, 47, 46);
  const accepted: readonly (readonly [string, number])[] = [
    ['2026-11-27T00:47:46Z', at],
    ['2026-11-27t00:47:46z', at],
    ['2026-11-27 00:47:46Z', at],
    ['2026-11-27T00:47:46+00:00', at],
    ['2026-11-27T00:47:46-00:00', at],
    ['2026-11-27T00:47:46+0000', at],
    ['2026-11-27T06:17:46+05:30', at],
    ['2026-11-26T16:47:46-0800', at],
    ['20261127T004746Z', at],
    ['20261127t004746z', at],
    ['20261127T014746+0100', at],
    ['20261127T004746.5Z', at + 500],
    ['2026-11-27T00:47:46.1Z', at + 100],
    ['2026-11-27T00:47:46.123456789Z', at + 123],
    ['2026-11-27T00:47:46,25Z', at + 250],
    [`2026-11-27T00:47:46.${'9'.repeat(40)}Z`, at + 999],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2016-12-31T15:59:60.5-08:00', Date.UTC(2017, 0, 1) + 500],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['0099-01-01T00:00:00Z', Date.parse('0099-01-01T00:00:00Z')],
  ];
  for (const [text, expected] of accepted) {
    it(`reads ${text}`, () => {
      assert.equal(parseTime(text), expected);
    });
  }

  const refused = [
    '',
    ' ',
    'soon',
    '0',
    '1795740466',
    '2026-11-27',
    '20261127',
    '2026-11-27T00:47:46',
    '2026-11-27 00:47:46',
    '20261127T004746',
    '2026-11-27T00:47:46.5',
    '2026-11-27T00:47Z',
    '2026-11-27T00:47:46UTC',
    '2026-11-27T00:47:46 Z',
    '2026-11-27T00:47:46 UTC',
    '2026-11-27T00:47:46.Z',
    '2026-11-27T00:47:46+0',
    '2026-11-27T00:47:46+24:00',
    '2026-11-27T00:47:46+01:60',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-11-00T00:00:00Z',
    '2026-11-27T24:00:00Z',
    '2026-11-27T25:00:00Z',
    '2026-11-27T00:60:00Z',
    '2026-11-27T00:47:61Z',
    '2026-W48-5T00:47:46Z',
    '2026-331T00:47:46Z',
    '26-11-27T00:47:46Z',
    '+002026-11-27T00:47:46Z',
    'Fri, 27 Nov 2026 00:47:46 GMT',
    'Nov 27 2026 00:47:46 Z',
    '11/27/2026 00:47:46Z',
    ' 2026-11-27T00:47:46Z',
    '2026-11-27T00:47:46Z\n',
    '2026-1127T00:47:46Z',
    '20261127T00:47:46Z',
    '２０２６-11-27T00:47:46Z',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseTime(text), undefined);
    });
  }

  it('reads what Date writes, in both forms', () => {
    const dates = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        const text = date.toISOString();
        assert.equal(parseTime(text), date.getTime());
        assert.equal(parseTime(text.replaceAll(/[-:]/g, '')), date.getTime());
      }),
    );
  });
});

describe('isoSeconds', () => {
  it('cuts fractions, so that nothing ends later than AWS said', () => {
    for (const fraction of [0, 1, 999]) {
      assert.equal(isoSeconds(Date.UTC(2026, 0, 2, 3, 4, 5, fraction)), '2026-01-02T03:04:05Z');
    }
  });
});
