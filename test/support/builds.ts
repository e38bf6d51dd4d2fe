import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The names that the program answers to. */
export const PROGRAM_NAMES = ['ccvault', 'git-credential-ccvault', 'git-remote-codecommit'] as const;

export type BuildName = 'standalone' | 'npm';

const ALL_BUILDS: readonly BuildName[] = ['standalone', 'npm'];

/** The builds that tests run against: both, or the one that the variable BUILD names. */
export const BUILDS = ALL_BUILDS.filter((name) => name === (process.env['BUILD'] ?? name));

export interface Build {
  readonly name: BuildName;
  /** The file that runs under whichever of its names it is linked to. */
  readonly program: string;
  /** What its `#!/usr/bin/env node` must find. */
  readonly node?: string;
}

/** The Node >= 24.7 that the npm build runs on: the pinned package's, else the one that runs the tests. */
export function findNode(): string | undefined {
  const pinned = join(ROOT, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(pinned)) return pinned;
  return 'bun' in process.versions ? undefined : process.execPath;
}

/** The pinned Bun, where there is one for this machine. */
export function findBun(): string | undefined {
  const arch = process.arch === 'arm64' ? 'aarch64' : process.arch;
  for (const variant of ['', '-musl', '-baseline']) {
    const path = join(ROOT, `node_modules/@oven/bun-${process.platform}-${arch}${variant}/bin/bun`);
    if (existsSync(path)) return path;
  }
  return undefined;
}

/** Finds what `make build` made; throws when it has not. */
export function findBuild(name: BuildName): Build {
  const program = join(ROOT, name === 'standalone' ? 'dist/ccvault' : 'dist/npm/ccvault.mjs');
  if (!existsSync(program)) throw new Error(`${program} is missing: run make build first`);
  if (name === 'standalone') return { name, program };
  const node = findNode();
  if (node === undefined) throw new Error('no Node 24 to run the npm build');
  return { name, program, node };
}
