import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from '../release.ts';
import { run } from '../run.ts';

const ROOT = join(CACHE, 'debian-13');

/** A root file system of Debian 13 with its Wine, which is new enough for the runtime (Debian 12's is not). */
export async function debianRoot(): Promise<string> {
  if (!existsSync(ROOT)) {
    const made = `${ROOT}.new`;
    mkdirSync(CACHE, { recursive: true });
    rmSync(made, { recursive: true, force: true });
    await run('mmdebstrap', [
      '--quiet',
      '--mode=root',
      '--variant=essential',
      '--include=wine,wine64',
      'trixie',
      made,
    ]);
    renameSync(made, ROOT);
  }
  return ROOT;
}
