import { existsSync, globSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from '../release.ts';
import { run } from '../run.ts';
import type { Target } from '../targets.ts';
import { newFolder } from './machine.ts';

const ARCHITECTURES = {
  x64: { debian: 'amd64', musl: 'x86_64' },
  arm64: { debian: 'arm64', musl: 'aarch64' },
} as const;

/**
 * A folder with the files of a Debian package, of whatever suite and architecture, checked by apt's signatures. Nothing is
 * installed, and the machine's own apt keeps its lists.
 */
export async function debianFiles(suite: string, architecture: string, name: string): Promise<string> {
  const apt = await aptOptions(suite, architecture);
  const folder = newFolder(name);
  await run('apt-get', [...apt, '-qq', 'update']);
  await run('apt-get', [...apt, '-qq', 'download', name], { cwd: folder });
  const [file] = globSync(`${name}_*.deb`, { cwd: folder });
  if (file === undefined) throw new Error(`apt brought no ${name} for ${architecture}`);
  const files = join(folder, 'files');
  await run('dpkg-deb', ['--extract', join(folder, file), files]);
  // Where Debian's packages put the loader since 13, programs look for it through a link that base-files brings.
  if (!existsSync(join(files, 'lib'))) symlinkSync('usr/lib', join(files, 'lib'));
  return files;
}

async function aptOptions(suite: string, architecture: string): Promise<string[]> {
  const folder = join(CACHE, `apt-${suite}-${architecture}`);
  for (const part of ['lists/partial', 'cache/archives/partial', 'sources']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, 'sources/debian.sources'), await sources(suite));
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Dir::Cache': `${folder}/cache`,
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': `${folder}/sources`,
    'Dir::State::lists': `${folder}/lists`,
    'Dir::State::status': '/dev/null',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Another suite of the mirror that this machine uses; of Debian's own where it is no Debian. */
async function sources(suite: string): Promise<string> {
  const targets = await run('apt-get', ['indextargets', '--format', '$(ORIGIN) $(REPO_URI)']);
  const uri = /^Debian (\S*\/debian\/?)$/m.exec(targets)?.[1] ?? 'http://deb.debian.org/debian';
  return [
    'Types: deb',
    `URIs: ${uri}`,
    `Suites: ${suite}`,
    'Components: main',
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
    '',
  ].join('\n');
}

/**
 * What the musl builds link: the loader of Debian's musl (1.2.4 or newer, before which it cannot relocate the runtime),
 * and the C++ library that a musl wheel of NumPy brings, since Debian builds none for musl. By the path they go to.
 */
export async function muslLibraries(arch: Target['arch']): Promise<Record<string, string>> {
  const { debian, musl } = ARCHITECTURES[arch];
  const loader = join(await debianFiles('trixie', debian, 'musl'), `usr/lib/${musl}-linux-musl/libc.so`);
  const wheel = newFolder('wheel');
  await run('pip', [
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    `--platform=musllinux_1_2_${musl}`,
    '--python-version=3.13',
    `--dest=${wheel}`,
    'numpy==2.4.6',
  ]);
  await run('python3', ['-m', 'zipfile', '-e', ...globSync(join(wheel, '*.whl')), wheel]);
  const found = globSync(join(wheel, 'numpy.libs/lib{stdc++,gcc_s}*')).sort();
  const standard = found.find((path) => path.includes('libstdc++'));
  const support = found.filter((path) => path.includes('libgcc_s'));
  if (standard === undefined || support.length === 0) throw new Error('the wheel brings no C++ library');
  return {
    [`/lib/ld-musl-${musl}.so.1`]: loader,
    [`/lib/libc.musl-${musl}.so.1`]: loader,
    '/lib/libstdc++.so.6': standard,
    ...Object.fromEntries(support.map((path) => [`/lib/${path.slice(path.lastIndexOf('/') + 1)}`, path])),
  };
}
