// What the product is made of: locked packages of npm's registry, without scripts, under licences that may be passed on.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
// SPDX names of licences that ask for their text and for nothing that this program could not do.
const LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]);

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

function readLock(path: string): Lock {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Lock;
}

const lock = readLock('package-lock.json');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

test('every package comes from the registry with its hash, and runs no script', () => {
  const locks = [lock, readLock('packaging/platforms/package-lock.json')];
  for (const [path, locked] of locks.flatMap(({ packages }) => Object.entries(packages))) {
    if (path === '') continue;
    // Nothing stands there for what comes from the registry that npm is told of.
    assert.match(locked.resolved ?? '', /^(?:https:\/\/registry\.npmjs\.org\/.*\.tgz)?$/, path);
    assert.match(locked.integrity ?? '', /^sha512-/, path);
    assert.notEqual(locked.hasInstallScript, true, `${path} has an install script`);
  }
});

test('dependencies are exact versions', () => {
  for (const [name, version] of Object.entries(manifest.dependencies))
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
});

test('what is bundled has licences of the list alone', () => {
  const bundled = productionTree();
  assert.ok(bundled.size > 50);
  for (const path of bundled) {
    const { license = 'none', version } = lock.packages[path] ?? {};
    assert.ok(LICENCES.has(license), `${path} is under ${license}`);
    // Packages for other systems are not installed.
    const installed = join(ROOT, path, 'package.json');
    if (!existsSync(installed)) continue;
    const own = JSON.parse(readFileSync(installed, 'utf8')) as { license?: string; version?: string };
    assert.deepEqual([own.license, own.version], [license, version], path);
  }
});

test('docs/decisions.md weighs each dependency twice, for its use and for its supply, and no other package', () => {
  const decisions = readFileSync(join(ROOT, 'docs/decisions.md'), 'utf8');
  const section = decisions.split('\n## ').find((text) => text.startsWith('Dependencies\n')) ?? '';
  const parts = section.split('\n### Supply chain\n');
  assert.equal(parts.length, 2);
  // One scope stands for several names of a row.
  const bare = (name: string): string => name.replace('@aws-sdk/', '');
  const expected = Object.keys(manifest.dependencies).map(bare).sort();
  for (const part of parts) {
    const cells = [...part.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
    const names = [...cells.join().matchAll(/`([^`]+)`/g)].map(([, name = '']) => bare(name));
    assert.deepEqual(names.toSorted(), expected);
  }
  assert.match(section, new RegExp(`\\b${productionTree().size} packages under`));
});

test('the build asks npm and nobody else for anything', () => {
  const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
  const recipes = makefile.split('\n').filter((line) => line.startsWith('\t'));
  const npm = recipes.filter((line) => /(?:^\t@?|[;&|] *)npm (?!ci\b[^;&|]* --ignore-scripts )/.test(line));
  assert.deepEqual(npm, [], 'npm is asked for what is locked, without scripts');
  assert.deepEqual(
    recipes.filter((line) => /https?:\/\/|\b(?:curl|wget|npx|bunx|pip|git clone)\b/.test(line)),
    [],
  );
});

/** The places of all packages that the production dependencies bring, optional ones included, by Node's resolution. */
function productionTree(): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (from: string, names: readonly string[]): void => {
    for (const name of names) {
      const path = resolve(from, name);
      assert.ok(path !== undefined, `${name}, which ${from} needs, is not locked`);
      if (found.has(path)) continue;
      found.add(path);
      const { dependencies, optionalDependencies } = lock.packages[path] ?? {};
      add(path, Object.keys({ ...dependencies, ...optionalDependencies }));
    }
  };
  add('', Object.keys(manifest.dependencies));
  return found;
}

function resolve(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (path in lock.packages) return path;
    if (folder === '') return undefined;
    if (!folder.includes('/node_modules/')) folder = '/node_modules/';
  }
}
