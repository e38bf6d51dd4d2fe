// Checks the shape of src/, types included, which the linter sees only in part: folders of at most 25 files, files of
// at most 300 lines, no circle of imports, and none against the direction. Prints each fault; exit code 1 for any.

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const SOURCE = join(import.meta.dirname, '../../src');
const MAX_FILES = 25;
const MAX_LINES = 300;

/** What each folder of src/ may import from, beside itself. `main.ts` puts it all together; `version.ts` reads package.json. */
const DIRECTION: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['cli', 'spec', 'start.ts', 'system'],
  'start.ts': ['cli', 'system', 'version.ts'],
  cli: ['commands', 'core', 'spec', 'version.ts'],
  commands: ['console', 'core', 'git', 'servers', 'sources', 'spec', 'vault', 'version.ts'],
  vault: ['core', 'sources'],
  sources: ['core'],
  console: ['core'],
  git: ['core'],
  servers: ['core'],
  spec: ['core'],
  system: ['core'],
  core: [],
  'version.ts': ['..'],
};

// `import ... from`, `export ... from`, `import('...')` and `import type`: a type binds as well.
const IMPORT = /(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g;

const files = globSync('**/*.ts', { cwd: SOURCE }).sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(SOURCE, file), 'utf8')]));
const imports = new Map(
  [...texts].map(([file, text]) => [
    file,
    [...text.matchAll(IMPORT)].map(([, path = '']) => normalize(join(dirname(file), path))),
  ]),
);

const faults = [...crowdedFolders(), ...longFiles(), ...wrongImports(), ...circles()];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

function crowdedFolders(): string[] {
  return [...Map.groupBy(files, dirname)]
    .filter(([, inside]) => inside.length > MAX_FILES)
    .map(([folder, inside]) => `src/${folder} has ${inside.length} files, more than ${MAX_FILES}`);
}

function longFiles(): string[] {
  return [...texts]
    .map(([file, text]) => [file, text.split('\n').length - 1] as const)
    .filter(([, lines]) => lines > MAX_LINES)
    .map(([file, lines]) => `src/${file} has ${lines} lines, more than ${MAX_LINES}`);
}

function wrongImports(): string[] {
  return [...imports].flatMap(([file, paths]) => {
    const from = roomOf(file);
    const allowed = DIRECTION[from];
    if (allowed === undefined) return [`src/${from} has no place in the direction of imports`];
    return paths
      .filter((path) => roomOf(path) !== from && !allowed.includes(roomOf(path)))
      .map(
        (path) => `src/${file} imports ${path}: ${from} may import from ${allowed.join(', ') || 'nothing'}`,
      );
  });
}

/** The folder right below src/, or the file there. */
function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/** Each circle once, from its first file by name. */
function circles(): string[] {
  const found = new Map<string, string>();
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) {
      const circle = path.slice(at);
      found.set(circle.toSorted().join(' '), `a circle of imports: ${[...circle, file].join(' -> ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return [...found.values()];
}
