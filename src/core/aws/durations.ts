import { CliError } from '../errors.ts';

/** The durations that AWS accepts, in seconds. */
export interface DurationLimits {
  readonly min: number;
  readonly max: number;
}

/** GetSessionToken for an IAM user (API reference, `DurationSeconds`). */
export const SESSION_TOKEN_SECONDS: DurationLimits = { min: 900, max: 129_600 };

/** AssumeRole; the role's MaxSessionDuration may be lower (API reference, `DurationSeconds`). */
export const ASSUME_ROLE_SECONDS: DurationLimits = { min: 900, max: 43_200 };

/** A role assumed with another role's credentials lasts an hour at most (IAM user guide, "Role chaining"). */
export const CHAINED_ROLE_MAX_SECONDS = 3600;

/** GetFederationToken for an IAM user (API reference, `DurationSeconds`). */
export const FEDERATION_SECONDS: DurationLimits = { min: 900, max: 129_600 };

const PARTS = /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;
const SECONDS = /^\d{1,9}$/;

/**
 * Parses `15m`, `1h30m`, `90s` or plain seconds. Returns seconds, without checking any limit. Throws CliError `usage`
 * for anything else.
 */
export function parseDuration(text: string): number {
  if (SECONDS.test(text)) return Number(text);
  const parts = text === '' ? null : PARTS.exec(text);
  if (parts === null) throw new CliError('usage', `not a duration: ${text} (write 15m, 1h30m or seconds)`);
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** For messages: `1 h 30 min`, `12 h`, `45 s`. Rounds down to whole seconds. */
export function formatDuration(seconds: number): string {
  const parts = [
    { count: Math.floor(seconds / 3600), unit: 'h' },
    { count: Math.floor(seconds / 60) % 60, unit: 'min' },
    { count: Math.floor(seconds) % 60, unit: 's' },
  ].filter((part) => part.count > 0);
  return parts.length === 0 ? '0 s' : parts.map((part) => `${part.count} ${part.unit}`).join(' ');
}

/** Seconds in the form that `-d` accepts: `1h30m`, `12h`, `45s`. */
export function durationOption(seconds: number): string {
  return formatDuration(seconds).replaceAll('min', 'm').replaceAll(' ', '');
}

/** For tables, from milliseconds, rounded down: `3h59m`, `59m`, `< 1m`, `expired`. */
export function formatTimeLeft(milliseconds: number): string {
  if (milliseconds <= 0) return 'expired';
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes === 0) return '< 1m';
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
