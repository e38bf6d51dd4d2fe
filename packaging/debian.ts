import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  COMMIT_TIME,
  DESCRIPTION,
  HOMEPAGE,
  MAINTAINER,
  RELEASE,
  ROOT,
  SUMMARY,
  VERSION,
  WORK,
  XZ_LEVEL,
} from './release.ts';
import { run } from './run.ts';
import type { Target } from './targets.ts';
import { installTree, write } from './tree.ts';

/** Debian's names of the architectures. */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' } as const;

/** The file name of a target's package. */
export function debianFile(target: Target): string {
  return `ccvault_${VERSION}_${ARCHITECTURES[target.arch]}.deb`;
}

/**
 * Makes the Debian package of a target with dpkg-deb, which strips nothing; data compressed with xz, since Debian before
 * 12 and lintian read no zstd.
 */
export async function makeDebian(target: Target): Promise<void> {
  const folder = join(WORK, 'debian', target.id);
  installTree(target, join(folder, 'usr'), { gzipManual: true });
  write(join(folder, 'usr/share/doc/ccvault/copyright'), copyright());
  write(join(folder, 'usr/share/doc/ccvault/changelog.gz'), gzipSync(changelog(), { level: 9 }));
  write(join(folder, 'usr/share/lintian/overrides/ccvault'), LINTIAN_OVERRIDES);
  write(join(folder, 'DEBIAN/control'), control(target, folder));
  await run('dpkg-deb', [
    '--root-owner-group',
    '--threads-max=1',
    '-Zxz',
    `-z${XZ_LEVEL}`,
    '--build',
    folder,
    join(RELEASE, debianFile(target)),
  ]);
}

function control(target: Target, folder: string): string {
  return [
    'Package: ccvault',
    `Version: ${VERSION}`,
    `Architecture: ${ARCHITECTURES[target.arch]}`,
    `Maintainer: ${MAINTAINER}`,
    'Section: utils',
    'Priority: optional',
    `Installed-Size: ${installedKibibytes(folder)}`,
    'Depends: libc6 (>= 2.17)',
    'Suggests: git, gnome-keyring | kwalletmanager | keepassxc, age',
    `Homepage: ${HOMEPAGE}`,
    `Description: ${SUMMARY}`,
    ...DESCRIPTION.map((line) => ` ${line}`),
    '',
  ].join('\n');
}

function installedKibibytes(folder: string): number {
  return globSync(join(folder, 'usr/**'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 1024))
    .reduce((sum, size) => sum + size, 0);
}

function copyright(): string {
  const licence = readFileSync(join(ROOT, 'LICENSE'), 'utf8').trim().split('\n');
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: ccvault',
    `Source: ${HOMEPAGE}`,
    'Comment: The executable has the Bun runtime and npm packages inside;',
    ' THIRD-PARTY-LICENSES.txt in this folder has their licences.',
    '',
    'Files: *',
    'Copyright: the ccvault authors',
    'License: Expat',
    ...licence.map((line) => (line.trim() === '' ? ' .' : ` ${line}`)),
    '',
  ].join('\n');
}

/** What Debian's tools read: the version, and where the changes are told. */
function changelog(): string {
  const date = new Date(COMMIT_TIME * 1000).toUTCString().replace('GMT', '+0000');
  return [
    `ccvault (${VERSION}) stable; urgency=medium`,
    '',
    `  * Release ${VERSION}. Its changes:`,
    `    ${HOMEPAGE}/blob/v${VERSION}/CHANGELOG.md`,
    '',
    ` -- ${MAINTAINER}  ${date}`,
    '',
  ].join('\n');
}

/** A stripped executable is the bare runtime, and what is linked into it is the runtime's to choose. */
const LINTIAN_OVERRIDES = [
  'unstripped-binary-or-object',
  'embedded-library',
  'hardening-no-pie',
  'hardening-no-relro',
]
  .map((tag) => `ccvault: ${tag} *\n`)
  .join('');
