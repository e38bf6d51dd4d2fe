import { formatTimeLeft } from './aws/durations.ts';

/** A time in the local time zone: `2026-11-26 23:24:32`. `moment` is in milliseconds since the epoch. */
export function localTime(moment: number): string {
  const date = new Date(moment);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')}`;
}

/**
 * An expiration for messages: `23:57 (59m left)`, with the date unless that is today's. Milliseconds since the epoch.
 */
export function localEnd(end: number, now: number): string {
  const [day, time = ''] = localTime(end).split(' ');
  const [today] = localTime(now).split(' ');
  const shown = `${day === today ? '' : `${day} `}${time.slice(0, '23:57'.length)}`;
  return end <= now ? `${shown} (expired)` : `${shown} (${formatTimeLeft(end - now)} left)`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
