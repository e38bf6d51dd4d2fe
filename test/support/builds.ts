import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const LINK_NAMES = ['ccvault', 'git-credential-ccvault', 'git-remote-codecommit'] as const;

export type BuildName = 'standalone' | 'npm';

/** How one of the two builds is started. */
export interface Build {
  readonly name: BuildName;
  /** For each name that the program answers to: the command that runs it, absolute. */
  readonly commands: Readonly<Record<(typeof LINK_NAMES)[number], readonly [string, ...string[]]>>;
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
  return name === 'standalone' ? findStandalone() : findNpm();
}

function findStandalone(): Build {
  const program = join(ROOT, 'dist/ccvault');
  if (!existsSync(program)) throw new Error('dist/ccvault is missing: run make build first');
  // Which of its names it was called by is the name of the file that was started.
  return { name: 'standalone', commands: commandsOf(() => [program]) };
}

function findNpm(): Build {
  const folder = join(ROOT, 'dist/npm');
  const node = findNode();
  if (node === undefined) throw new Error('no Node 24 for the npm build');
  if (!existsSync(join(folder, 'package.json'))) throw new Error('dist/npm is missing: run make build first');
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return {
    name: 'npm',
    commands: commandsOf((name) => {
      const file = binOf(manifest, name);
      if (file === undefined)
        throw new Error(`dist/npm/package.json has no bin ${name}: run make build first`);
      return [node, join(folder, file)];
    }),
  };
}

function commandsOf(command: (name: string) => readonly [string, ...string[]]): Build['commands'] {
  return {
    ccvault: command('ccvault'),
    'git-credential-ccvault': command('git-credential-ccvault'),
    'git-remote-codecommit': command('git-remote-codecommit'),
  };
}

function binOf(manifest: unknown, name: string): string | undefined {
  if (typeof manifest !== 'object' || manifest === null || !('bin' in manifest)) return undefined;
  const bin = new Map(Object.entries(manifest.bin ?? {}));
  const file: unknown = bin.get(name);
  return typeof file === 'string' ? file : undefined;
}
