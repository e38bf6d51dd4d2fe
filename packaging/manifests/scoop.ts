import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HOMEPAGE, OTHER_NAMES, RELEASE, SUMMARY, VERSION } from '../release.ts';
import { published } from './published.ts';

/** Writes the manifest for Scoop. A zip holds no links, so that it makes the two other names itself. */
export async function writeScoop(): Promise<void> {
  const manifest = {
    version: VERSION,
    description: SUMMARY,
    homepage: HOMEPAGE,
    license: 'MIT',
    architecture: { '64bit': await download('windows-x64'), arm64: await download('windows-arm64') },
    post_install: OTHER_NAMES.map(
      (name) =>
        `New-Item -ItemType HardLink -Force -Path (Join-Path $dir ${name}.exe) -Target (Join-Path $dir ccvault.exe)`,
    ),
    bin: ['ccvault.exe', ...OTHER_NAMES.map((name) => `${name}.exe`)],
  };
  writeFileSync(join(RELEASE, 'ccvault.json'), `${JSON.stringify(manifest, undefined, 4)}\n`);
}

async function download(id: string): Promise<object> {
  const file = await published(id);
  return { ...file, extract_dir: basename(file.url, '.zip') };
}
