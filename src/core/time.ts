// RFC 3339 section 5.6, and the basic form of ISO 8601 (`20261127T004746Z`); a comma may begin the fraction there.
const EXTENDED = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)([.,]\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;
const BASIC = /^(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(\d\d)([.,]\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

const MINUTE_MILLISECONDS = 60_000;

/** What `parseTime` accepts, for messages. */
export const TIME_FORM = 'a time with a zone, like 2026-11-27T00:47:46Z';

/**
 * Parses a time with a zone into milliseconds since the epoch. Undefined for any other text: a time without a zone is
 * ambiguous, and a date that does not exist (February 30) is a mistake. A leap second counts as the second after it;
 * fractions of a millisecond are cut.
 */
export function parseTime(text: string): number | undefined {
  const match = EXTENDED.exec(text) ?? BASIC.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', sign = '+', zoneHour = '0', zoneMinute = '0'] = match.slice(7);
  if (hour > 23 || minute > 59 || second > 60 || Number(zoneHour) > 23 || Number(zoneMinute) > 59)
    return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, Number(fraction.slice(1, 4).padEnd(3, '0')));
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * MINUTE_MILLISECONDS;
  return date.getTime() - (sign === '-' ? -offset : offset);
}

/** ISO 8601 in UTC, cut to whole seconds, as AWS writes it: `2026-11-27T00:47:46Z`. Accepts ms since the epoch. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
