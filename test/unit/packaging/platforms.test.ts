import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ALL_TARGETS } from '../../../packaging/targets.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
}

const root = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const platforms = JSON.parse(readFileSync('packaging/platforms/package.json', 'utf8')) as Manifest;
const lock = JSON.parse(readFileSync('packaging/platforms/package-lock.json', 'utf8')) as LockFile;

test('each platform has its runtime and its addon, of the versions that the tests run with', () => {
  const runtime = root.optionalDependencies?.['@oven/bun-linux-x64'] ?? '';
  const addon = root.dependencies['@napi-rs/keyring'] ?? '';
  const runtimes = ALL_TARGETS.map((target) => [target.runtime, runtime] as const);
  const addons = ALL_TARGETS.flatMap((target) => target.addon ?? []).map((name) => [name, addon] as const);
  assert.deepEqual(platforms.dependencies, Object.fromEntries([...runtimes, ...addons]));
});

test('each of them is locked with a sha512', () => {
  for (const [name, version] of Object.entries(platforms.dependencies)) {
    const entry = lock.packages[`node_modules/${name}`];
    assert.equal(entry?.version, version, name);
    assert.match(entry.integrity ?? '', /^sha512-/, name);
  }
});
