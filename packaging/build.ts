// Makes everything that is published into dist/release: `make dist`, which installs what this needs and says with which
// flags the program is compiled. Two runs of one commit give the same bytes.

import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { makeArchives } from './archives.ts';
import { writeChecksums } from './checksums.ts';
import { makeDebian } from './debian.ts';
import { compile } from './executables.ts';
import { writeLicences } from './licences.ts';
import { RELEASE, WORK } from './release.ts';
import { writePkgbuild } from './manifests/aur.ts';
import { writeHomebrew } from './manifests/homebrew.ts';
import { writeScoop } from './manifests/scoop.ts';
import { makeMainPackage, makePlatformPackage } from './npm.ts';
import { makeRpm } from './rpm.ts';
import { writeSbom } from './sbom.ts';
import { eachOf, missingPrograms } from './run.ts';
import { ALL_TARGETS, TARGETS } from './targets.ts';

const PROGRAMS = {
  'dpkg-deb': 'dpkg',
  git: 'git',
  gzip: 'gzip',
  rpmbuild: 'rpm',
  tar: 'tar',
  xz: 'xz-utils',
  zip: 'zip',
};

const missing = missingPrograms(PROGRAMS);
const [bun, ...flags] = process.argv.slice(2);
if (missing.length > 0 || bun === undefined) {
  for (const line of missing) console.error(line);
  console.error('nothing was made');
  process.exit(1);
}

rmSync(WORK, { recursive: true, force: true });
rmSync(RELEASE, { recursive: true, force: true });
mkdirSync(RELEASE, { recursive: true });

writeLicences();
writeSbom();
for (const target of TARGETS) {
  console.log(`compile ${target.id}`);
  await compile(target, bun, flags);
}

const packages = TARGETS.filter(({ libc }) => libc === 'glibc').flatMap((target) => [
  { name: `deb ${target.id}`, make: () => makeDebian(target) },
  { name: `rpm ${target.id}`, make: () => makeRpm(target) },
]);
const archives = TARGETS.map((target) => ({
  name: `archive ${target.id}`,
  make: () => makeArchives(target),
}));
const npmPackages = TARGETS.map((target) => ({
  name: `npm ${target.id}`,
  make: () => makePlatformPackage(target),
}));
const main = { name: 'npm main', make: makeMainPackage };
await eachOf(
  [...packages, ...archives, ...npmPackages, main],
  availableParallelism(),
  async ({ name, make }) => {
    console.log(name);
    await make();
  },
);
if (TARGETS.length === ALL_TARGETS.length) {
  await writeHomebrew();
  await writeScoop();
  await writePkgbuild();
}
await writeChecksums();
