import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const MINUTE = 60_000;
// AWS refuses a signature that is off by more than 5 minutes (AWS General Reference, "Signing AWS API requests").
const WARN_AT = 3 * MINUTE;
const REFUSED_AT = 5 * MINUTE;

const SET_THE_CLOCK = {
  linux: 'sudo timedatectl set-ntp true',
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync',
} as const;

/** Compares this machine's clock with AWS's. */
export function checkClock({ clock, host }: Facts): readonly Finding[] {
  if (clock === undefined) return [];
  if (clock.aheadBy === undefined) {
    return [
      {
        severity: 'note',
        check: 'clock',
        message: `the clock was not compared with AWS's: ${clock.host} does not respond`,
        fix: 'connect to the network, or set HTTPS_PROXY',
      },
    ];
  }
  const off = Math.abs(clock.aheadBy);
  if (off < WARN_AT) return [];
  const way = clock.aheadBy > 0 ? 'ahead of' : 'behind';
  const refused = off >= REFUSED_AT;
  return [
    {
      severity: refused ? 'error' : 'warning',
      check: 'clock',
      message: `this clock is ${minutes(off)} ${way} AWS's (${clock.host}); AWS ${refused ? 'refuses' : 'will refuse'} signatures that are 5 minutes off`,
      fix: SET_THE_CLOCK[host.os],
    },
  ];
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
