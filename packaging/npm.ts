import { cpSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { executableOf, HOMEPAGE, OTHER_NAMES, RELEASE, ROOT, SUMMARY, VERSION, WORK } from './release.ts';
import { run } from './run.ts';
import type { Target } from './targets.ts';
import { ALL_TARGETS, executableName } from './targets.ts';
import { copy, installDocumentation, write } from './tree.ts';

const LAUNCHER = join(import.meta.dirname, 'npm-launcher');

/** npm's names of the systems. */
const SYSTEMS = { linux: 'linux', macos: 'darwin', windows: 'win32' } as const;

/** Makes the package that brings a target's executable; npm installs it on that platform alone. */
export async function makePlatformPackage(target: Target): Promise<void> {
  await makePackage(join('npm', target.id), (folder) => {
    copy(executableOf(target), join(folder, executableName(target)), 0o755);
    return {
      name: platformPackage(target),
      description: `The executable of ccvault for ${target.id}`,
      os: [SYSTEMS[target.os]],
      cpu: [target.arch],
      ...(target.libc === undefined ? {} : { libc: [target.libc] }),
      // Yarn would leave it in a zip, where nothing can run it.
      preferUnplugged: true,
    };
  });
}

/**
 * Makes the package `ccvault`: the platform packages as optional dependencies, and a launcher under each of the three
 * names. The launcher becomes the executable or runs the bundle; the install script puts the executable in its place.
 */
export async function makeMainPackage(): Promise<void> {
  await makePackage(join('npm', 'main'), (folder) => {
    cpSync(join(ROOT, 'dist/npm'), join(folder, 'bundle'), {
      recursive: true,
      filter: (path) => !/\.(?:json|md)$|LICENSE$/.test(path),
    });
    for (const file of globSync('*.cjs', { cwd: LAUNCHER })) copy(join(LAUNCHER, file), join(folder, file));
    const names = ['ccvault', ...OTHER_NAMES];
    for (const name of names) {
      write(join(folder, 'bin', name), "#!/usr/bin/env node\nrequire('../launch.cjs');\n", 0o755);
    }
    return {
      name: 'ccvault',
      description: SUMMARY,
      engines: { node: '>=20' },
      bin: Object.fromEntries(names.map((name) => [name, `bin/${name}`])),
      scripts: { postinstall: 'node install.cjs' },
      dependencies: { '@napi-rs/keyring': keyringVersion() },
      optionalDependencies: Object.fromEntries(
        ALL_TARGETS.map((target) => [platformPackage(target), VERSION]),
      ),
    };
  });
}

/** Fills a folder and packs it; npm gives every file in the tarball one date, and sorts them. */
async function makePackage(name: string, fill: (folder: string) => object): Promise<void> {
  const folder = join(WORK, name);
  installDocumentation(folder);
  const { name: packageName, ...rest } = fill(folder) as { readonly name: string };
  const manifest = {
    name: packageName,
    version: VERSION,
    ...rest,
    license: 'MIT',
    homepage: HOMEPAGE,
    repository: { type: 'git', url: `git+${HOMEPAGE}.git` },
  };
  write(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await run('npm', ['pack', folder, '--pack-destination', RELEASE, '--silent']);
}

function platformPackage(target: Target): string {
  return `@ccvault/${target.id}`;
}

function keyringVersion(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return manifest.dependencies['@napi-rs/keyring'] ?? '';
}
