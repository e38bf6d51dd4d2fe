import { ccvaultCommand } from '../../core/command-line.ts';
import type { Urgency } from '../../core/rows/colours.ts';
import type { System } from '../../core/ports/system.ts';
import type { IndexEntry } from '../../vault/keys/index-file.ts';

const DAY_MILLISECONDS = 86_400_000;
// What AWS's own checks (Security Hub control IAM.3, AWS Config rule access-keys-rotated) report as too old.
const OLD_AFTER_DAYS = 90;

/** The age of each profile's key in days: since AWS created it, or since it was stored where that is not known. */
export function keyAges(entries: Iterable<IndexEntry>, now: number): ReadonlyMap<string, number> {
  const ages = new Map<string, number>();
  for (const { profile, createdAt, storedAt } of entries) {
    const days = Math.floor((now - Date.parse(createdAt ?? storedAt)) / DAY_MILLISECONDS);
    if (!Number.isNaN(days)) ages.set(profile, Math.max(0, days));
  }
  return ages;
}

/** Whether a key of so many days is due for rotation. */
export function isTooOld(days: number): boolean {
  return days > OLD_AFTER_DAYS;
}

/** Hints at `rotate` for each key that is too old. */
export function hintAtOldKeys(ages: ReadonlyMap<string, number>, { out }: Pick<System, 'out'>): void {
  for (const [profile, days] of ages) {
    if (isTooOld(days))
      out.hint(
        `the key of profile ${profile} is ${days} days old: ${ccvaultCommand('rotate', { operands: [profile] })}`,
      );
  }
}

/** An age as the table shows it: `120d!` for a key that is too old. */
export function ageCell(days: number | undefined): string {
  if (days === undefined) return '';
  return urgencyOfAge(days) === undefined ? `${days}d` : `${days}d!`;
}

/** How urgently a key of this age needs rotation; undefined for one that does not. */
export function urgencyOfAge(days: number | undefined): Urgency | undefined {
  if (days === undefined || days <= OLD_AFTER_DAYS) return undefined;
  return days > 2 * OLD_AFTER_DAYS ? 'now' : 'soon';
}
