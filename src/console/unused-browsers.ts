import type { Files } from '../core/ports/files.ts';
import type { Clock } from '../core/ports/system.ts';

const MAX_AGE_MS = 30 * 24 * 3_600_000;

/**
 * Removes browser profiles below `directory` that no browser has used for 30 days, with the cookies in them. A browser in
 * use replaces files in its folder, which changes the folder's time. Throws CliError `keystore`.
 */
export function removeUnusedBrowsers(
  directory: string,
  { files, clock }: { readonly files: Files; readonly clock: Pick<Clock, 'now'> },
): void {
  for (const browser of files.list(directory)) {
    for (const profile of files.list(`${directory}/${browser}`)) {
      const folder = `${directory}/${browser}/${profile}`;
      const stat = files.stat(folder);
      if (stat !== undefined && clock.now() - stat.modifiedAt > MAX_AGE_MS) files.removeFolder(folder);
    }
  }
}
