import { CHAINED_ROLE_MAX_SECONDS, formatDuration } from '../aws/durations.ts';
import type { DurationLimits } from '../aws/durations.ts';
import { CliError } from '../errors.ts';
import { assertUnquoted, placeOf } from './checked-settings.ts';
import type { ProfileView } from '../config/profile-view.ts';

/** The duration of a role's session if none is set: AWS's own default. */
export const ROLE_SECONDS = 3600;

/** A setting in whole seconds; undefined if it is unset. Throws CliError `config` for any other text. */
export function configuredSeconds(view: ProfileView | undefined, key: string): number | undefined {
  const text = view?.get(key);
  if (view === undefined || text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) {
    const place = placeOf(view, key);
    assertUnquoted(text, place);
    throw new CliError('config', `${place} is not a number of seconds: ${text}`, {
      hints: [`write it in seconds, for example ${key} = 3600`],
    });
  }
  return Number(text);
}

export interface DurationRequest {
  /** What has the duration, for messages: `the session of profile dev`. */
  readonly of: string;
  /** `-d`, in seconds. */
  readonly asked: number | undefined;
  /** The profile's setting, in seconds. */
  readonly configured: number | undefined;
  /** In seconds, if neither is set. */
  readonly fallback: number;
  readonly limits: DurationLimits;
  /** True for role chaining, which AWS limits to one hour. */
  readonly chained: boolean;
}

export interface ChosenDuration {
  readonly seconds: number;
  /** Why it differs from the duration that was wanted. */
  readonly notes: readonly string[];
}

/**
 * The duration to request, in seconds: `-d`, else the profile's setting, else the default. A setting outside the range
 * that AWS accepts becomes its minimum or maximum, role chaining cuts the duration to an hour, each with a note. Throws
 * CliError `usage` for a `-d` outside the range.
 */
export function chooseDuration(request: DurationRequest): ChosenDuration {
  const notes: string[] = [];
  const { limits, of } = request;
  if (request.asked !== undefined && (request.asked < limits.min || request.asked > limits.max)) {
    throw new CliError('usage', `-d ${formatDuration(request.asked)} is outside what AWS allows for ${of}`, {
      hints: [`choose between ${formatDuration(limits.min)} and ${formatDuration(limits.max)}`],
    });
  }
  const wanted = request.asked ?? request.configured ?? request.fallback;
  let seconds = Math.min(Math.max(wanted, limits.min), limits.max);
  if (seconds !== wanted) {
    notes.push(`${of}: AWS allows ${limits.min} to ${limits.max} seconds, so ${wanted} becomes ${seconds}`);
  }
  if (request.chained && seconds > CHAINED_ROLE_MAX_SECONDS) {
    notes.push(`${of}: cut to ${formatDuration(CHAINED_ROLE_MAX_SECONDS)}, the maximum for role chaining`);
    seconds = CHAINED_ROLE_MAX_SECONDS;
  }
  return { seconds, notes };
}
