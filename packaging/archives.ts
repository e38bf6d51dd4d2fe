import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { COMMIT_TIME, executableOf, OTHER_NAMES, RELEASE, ROOT, VERSION, WORK, XZ_LEVEL } from './release.ts';
import { run } from './run.ts';
import type { Target } from './targets.ts';
import { copy, installDocumentation, installTree, write } from './tree.ts';

// One thread, since several cut the input into blocks of their own.
const XZ = `xz -${XZ_LEVEL} --threads=1`;
const GZIP = 'gzip -6 --no-name';

/** The file of a target that package managers download: the smallest one. */
export function archiveFile(target: Target): string {
  return `${archiveName(target)}.${target.os === 'windows' ? 'zip' : 'tar.xz'}`;
}

/** The name that a target's archive unpacks to, and begins with. */
export function archiveName(target: Target): string {
  return `ccvault-${VERSION}-${target.id}`;
}

/**
 * Makes what a person downloads for a target: `.tar.gz` and the smaller `.tar.xz`, for Windows `.zip`. All but the latter
 * can be unpacked over a prefix: `tar -xf FILE -C /usr/local --strip-components=1`.
 */
export async function makeArchives(target: Target): Promise<void> {
  const folder = join(WORK, 'archives', archiveName(target));
  if (target.os === 'windows') {
    installWindowsTree(target, folder);
    await zip(folder, `${archiveName(target)}.zip`);
    return;
  }
  installTree(target, folder);
  await tar(folder, `${archiveName(target)}.tar.gz`, GZIP);
  await tar(folder, `${archiveName(target)}.tar.xz`, XZ);
}

/** Packs a folder under its own name, the same bytes each time. */
async function tar(folder: string, file: string, compress: string): Promise<void> {
  await run('tar', [
    '--create',
    '--format=ustar',
    '--sort=name',
    '--numeric-owner',
    '--owner=0',
    '--group=0',
    `--mtime=@${COMMIT_TIME}`,
    '--mode=u=rwX,go=rX',
    `--use-compress-program=${compress}`,
    '--file',
    join(RELEASE, file),
    '--directory',
    dirname(folder),
    basename(folder),
  ]);
}

async function zip(folder: string, file: string): Promise<void> {
  const files = globSync(`${basename(folder)}/**/*`, { cwd: dirname(folder), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dirname(folder).length + 1));
  await run('zip', ['-q', '-9', '-X', join(RELEASE, file), ...files.sort()], { cwd: dirname(folder) });
}

function installWindowsTree(target: Target, folder: string): void {
  copy(executableOf(target), join(folder, 'ccvault.exe'), 0o755);
  write(join(folder, 'link-names.cmd'), LINK_NAMES);
  copy(join(ROOT, 'completions/ccvault.ps1'), join(folder, 'ccvault.ps1'));
  installDocumentation(folder);
}

/** A zip holds no links, and a copy under each name would triple the download; hard links need no privilege. */
const LINK_NAMES = [
  '@echo off',
  'rem Gives ccvault.exe the names that git looks for. Run it once after unpacking and after each update.',
  ...OTHER_NAMES.flatMap((name) => [
    `if exist "%~dp0${name}.exe" del "%~dp0${name}.exe"`,
    `mklink /H "%~dp0${name}.exe" "%~dp0ccvault.exe" || exit /b 1`,
  ]),
  '',
].join('\r\n');
