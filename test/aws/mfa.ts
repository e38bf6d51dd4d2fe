// Checking one-time codes as AWS does: a window either side, each code once.

import type { Clock } from './clock.ts';
import type { MfaDevice, User } from './entities.ts';
import { accessDenied } from './exchange.ts';
import { totpCode, totpStep } from './totp.ts';

/** Devices whose serial has this in it are security keys, which have no code. */
const SECURITY_KEY = ':u2f/';

/**
 * Takes the code of a request, if it carries one. Returns the age-clock time of the proof, or undefined.
 * A code that was right is spent even if the call fails afterwards.
 * @throws AwsError AccessDenied with AWS's texts, which are the same for wrong and for used codes
 */
export function takeCode(
  clock: Clock,
  user: User | undefined,
  serial: string | null,
  code: string | null,
): number | undefined {
  if (serial === null && code === null) return undefined;
  if (serial === null || code === null) {
    throw accessDenied(
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ',
    );
  }
  const device = user?.devices.find((one) => one.serial === serial && !serial.includes(SECURITY_KEY));
  if (device === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. ',
    );
  }
  const step = windows(clock).find((one) => totpCode(device.secret, one) === code);
  if (step === undefined || device.usedSteps.has(step)) {
    throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  }
  device.usedSteps.add(step);
  return clock.age();
}

/** The code a device shows now, or `ahead` steps of 30 s from now. */
export function shownCode(clock: Clock, device: MfaDevice, ahead = 0): string {
  return totpCode(device.secret, totpStep(clock.age()) + ahead);
}

/**
 * The steps whose codes are good now. An authenticator in another process knows nothing of time that was
 * made to pass, so the wall clock's steps count as well as the age's.
 */
function windows(clock: Clock): number[] {
  return [clock.age(), clock.wall()].flatMap((now) => {
    const step = totpStep(now);
    return [step - 1, step, step + 1];
  });
}
