import { join } from 'node:path';
import { archiveFile } from '../archives.ts';
import { sha256 } from '../checksums.ts';
import { HOMEPAGE, RELEASE, VERSION } from '../release.ts';
import { findTarget } from '../targets.ts';

/** A file that a package manager downloads. */
export interface Published {
  readonly url: string;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

/** The archive that package managers take for a platform, by its id. */
export async function published(id: string): Promise<Published> {
  const file = archiveFile(findTarget(id));
  return {
    url: `${HOMEPAGE}/releases/download/v${VERSION}/${file}`,
    hash: await sha256(join(RELEASE, file)),
  };
}
