import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveFile, archiveName } from '../archives.ts';
import { sha256 } from '../checksums.ts';
import { debianFile } from '../debian.ts';
import { checkPayload } from '../executables.ts';
import { checkSignature } from '../mach-o/check.ts';
import { executableOf, RELEASE, VERSION } from '../release.ts';
import { rpmFile } from '../rpm.ts';
import { run } from '../run.ts';
import type { Target } from '../targets.ts';
import { executableName, TARGETS } from '../targets.ts';
import type { Check } from './check.ts';
import { newFolder } from './machine.ts';

/** Looks at every artefact without running it. */
export const SAME: readonly Check[] = [
  {
    subject: 'everything',
    does: 'SHA256SUMS fits every file',
    needs: { sha256sum: 'coreutils' },
    run: async () => {
      await run('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], { cwd: RELEASE });
    },
  },
  ...TARGETS.map((target) => ({
    subject: target.id,
    does: 'each archive and package has this executable inside, not stripped, with the program in it',
    needs: { tar: 'tar', unzip: 'unzip', 'dpkg-deb': 'dpkg', rpm2archive: 'rpm' },
    run: async () => {
      checkPayload(target, readFileSync(executableOf(target)));
      const hash = await sha256(executableOf(target));
      for (const [file, extracted] of await executables(target))
        assert.equal(await sha256(extracted), hash, file);
    },
  })),
  ...TARGETS.filter(({ os }) => os === 'macos').map((target) => ({
    subject: target.id,
    does: 'the ad hoc signature covers the whole file, and every page has the hash that it states',
    needs: {},
    run: async () => {
      await Promise.resolve(checkSignature(readFileSync(executableOf(target))));
    },
  })),
];

/** Unpacks whatever carries a target's executable: file, and where its executable stands then. */
async function executables(target: Target): Promise<[string, string][]> {
  const folder = newFolder(target.id);
  const name = executableName(target);
  const into = (part: string): string => join(folder, part);
  await run('mkdir', ['npm', 'deb', 'rpm'], { cwd: folder });

  const npmFile = `ccvault-${target.id}-${VERSION}.tgz`;
  await run('tar', ['-xzf', join(RELEASE, npmFile), '-C', into('npm')]);
  const found: [string, string][] = [[npmFile, into(`npm/package/${name}`)]];
  if (target.os === 'windows') {
    await run('unzip', ['-q', join(RELEASE, archiveFile(target)), '-d', folder]);
    return [...found, [archiveFile(target), into(`${archiveName(target)}/${name}`)]];
  }
  for (const suffix of ['tar.gz', 'tar.xz']) {
    const file = `${archiveName(target)}.${suffix}`;
    await run('tar', ['-xf', join(RELEASE, file), '-C', folder, '--one-top-level=' + suffix]);
    found.push([file, into(`${suffix}/${archiveName(target)}/bin/${name}`)]);
  }
  if (target.libc !== 'glibc') return found;
  await run('dpkg-deb', ['--extract', join(RELEASE, debianFile(target)), into('deb')]);
  await run('sh', ['-c', 'rpm2archive - < "$1" | tar -xzf - -C rpm', 'sh', join(RELEASE, rpmFile(target))], {
    cwd: folder,
  });
  return [
    ...found,
    [debianFile(target), into('deb/usr/bin/ccvault')],
    [rpmFile(target), into('rpm/usr/bin/ccvault')],
  ];
}
