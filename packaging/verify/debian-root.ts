import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from '../release.ts';
import { run } from '../run.ts';

const PACKAGES = ['git', 'wine', 'wine64'];
const ROOT = join(CACHE, `debian-13-${PACKAGES.join('-')}`);

/** A root file system of Debian 13 with git, and its Wine, which is new enough for the runtime (Debian 12's is not). */
export async function debianRoot(): Promise<string> {
  if (!existsSync(ROOT)) {
    const made = `${ROOT}.new`;
    mkdirSync(CACHE, { recursive: true });
    rmSync(made, { recursive: true, force: true });
    await run('mmdebstrap', [
      '--quiet',
      '--mode=root',
      '--variant=essential',
      `--include=${PACKAGES.join(',')}`,
      'trixie',
      made,
    ]);
    renameSync(made, ROOT);
  }
  return ROOT;
}
