import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './release.ts';

/** A package of the lock file that both builds may have inside. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX writes it. */
  readonly licence: string;
  /** As the lock file has it: `sha512-` and base64. */
  readonly integrity: string;
  /** Below the root: `node_modules/execa`. */
  readonly folder: string;
}

interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly license?: string;
        readonly integrity?: string;
        readonly dev?: true;
        readonly optional?: true;
      }
    >
  >;
}

/**
 * What the lock file installs for use, without the keyring addons: they are in the packages of each platform. A bundler
 * leaves out what nothing imports, so that this is the most that can be inside.
 */
export function bundledPackages(): readonly BundledPackage[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as LockFile;
  return Object.entries(lock.packages)
    .filter(([folder, entry]) => folder !== '' && entry.dev !== true && entry.optional !== true)
    .map(([folder, { version = '', license = '', integrity = '' }]) => ({
      name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
      integrity,
      folder,
    }));
}
