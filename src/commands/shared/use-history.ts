import { messageOf } from '../../core/errors.ts';
import { readHistory, withUse } from '../../core/rows/history.ts';
import type { History } from '../../core/rows/history.ts';
import type { System } from '../../core/ports/system.ts';

type Place = Pick<System, 'files' | 'host' | 'clock' | 'out'>;

/** How much each profile is used; empty where that cannot be read. */
export function useHistory({ files, host, out }: Place): History {
  try {
    return readHistory(files.readText(pathOf(host)));
  } catch (error) {
    out.debug(`the history cannot be read: ${messageOf(error)}`);
    return new Map();
  }
}

/**
 * Counts a use of a profile. Best effort and without a lock: of two runs at once, one may not count, but no run waits
 * or fails because of it.
 */
export function countUse(profile: string | undefined, { files, host, clock, out }: Place): void {
  if (profile === undefined) return;
  try {
    const path = pathOf(host);
    files.replace(path, withUse(files.readText(path), profile, clock.now()), { mode: 0o600, durable: false });
  } catch (error) {
    out.debug(`the use is not counted: ${messageOf(error)}`);
  }
}

function pathOf(host: System['host']): string {
  return `${host.vaultDirectory}/history.json`;
}
