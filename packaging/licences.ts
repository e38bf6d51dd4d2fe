import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RELEASE, ROOT } from './release.ts';
import { RUNTIME_PARTS } from './parts.ts';
import { bundledPackages } from './bundled-packages.ts';

/** The licences of everything that an executable has inside. */
export const THIRD_PARTY = join(RELEASE, 'THIRD-PARTY-LICENSES.txt');

const RULE = `\n${'='.repeat(78)}\n\n`;

/** Writes the licences of the runtime, of the bundled packages and of the keyring addons' crates into one file. */
export function writeLicences(): void {
  const sections = [introduction(), runtime(), ...packages(), ...addons()];
  writeFileSync(THIRD_PARTY, sections.map((text) => `${text.trim()}\n`).join(RULE));
}

function introduction(): string {
  return `ccvault has parts of other people's work inside. ccvault itself is under the MIT license, see LICENSE.

1. Bun, the JavaScript runtime: in every executable, not in the bundle for Node.
2. npm packages: in every executable and in the bundle for Node.
3. The keyring addon: in the executables for macOS and Windows.`;
}

function runtime(): string {
  const rows = RUNTIME_PARTS.map(({ name, licence, source }) => `  ${name} (${licence})\n    ${source}`);
  return `1. Bun

Bun (MIT), https://github.com/oven-sh/bun, Copyright (c) the Bun authors. The executables carry it as it is published in
the npm packages @oven/bun-*; those for Linux with glibc have a step of 250 bytes in front of it. It links these libraries statically; the text of each licence stands at the
address given, and in the source of Bun.

JavaScriptCore and WebKit are under the LGPL-2.0, TinyCC under the LGPL-2.1: you may change them and link Bun anew.
Their source and the way to do it: https://github.com/oven-sh/WebKit and https://github.com/oven-sh/bun, LICENSE.md. An
executable of ccvault can then be made from your Bun: make dist, with that Bun in packaging/platforms/node_modules.

${rows.join('\n')}`;
}

/** One section a licence text, with the packages that share it. */
function packages(): string[] {
  const byText = new Map<string, { readonly text: string; readonly names: string[] }>();
  for (const { name, version, licence, folder } of bundledPackages()) {
    const text = licenceText(folder) ?? `${licence}: the package has no file with its text.`;
    const key = createHash('sha256').update(text).digest('hex');
    const entry = byText.get(key) ?? { text, names: [] };
    entry.names.push(`${name} ${version}`);
    byText.set(key, entry);
  }
  return [...byText.values()].map(({ text, names }) => `2. ${names.join(', ')}\n\n${text}`);
}

function licenceText(folder: string): string | undefined {
  const [file] = globSync('{LICENSE,LICENCE,License,license}{,.md,.txt}', { cwd: join(ROOT, folder) }).sort();
  return file === undefined ? undefined : readFileSync(join(ROOT, folder, file), 'utf8');
}

function addons(): string[] {
  return globSync('packaging/platforms/node_modules/@napi-rs/keyring-*/LICENSE.third-party.md', { cwd: ROOT })
    .sort()
    .map(
      (path) => `3. ${path.split('/').slice(3, 5).join('/')}\n\n${readFileSync(join(ROOT, path), 'utf8')}`,
    );
}
