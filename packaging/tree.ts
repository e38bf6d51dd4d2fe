import {
  chmodSync,
  cpSync,
  globSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { THIRD_PARTY } from './licences.ts';
import { COMMIT_TIME, executableOf, OTHER_NAMES, ROOT } from './release.ts';
import type { Target } from './targets.ts';
import { executableName } from './targets.ts';

const COMPLETIONS = {
  'ccvault.bash': 'bash-completion/completions/ccvault',
  _ccvault: 'zsh/site-functions/_ccvault',
  'ccvault.fish': 'fish/vendor_completions.d/ccvault.fish',
};

interface TreeOptions {
  /** Whether manual pages are compressed, as Debian wants them. */
  readonly gzipManual?: boolean;
}

/**
 * Lays out what is installed below a prefix such as `/usr` into `folder`: the program under its three names, manual
 * pages, completions, licences. The same as `make install` does, and the same bytes, modes and times each time.
 */
export function installTree(target: Target, folder: string, { gzipManual = false }: TreeOptions = {}): void {
  copy(executableOf(target), join(folder, 'bin', executableName(target)), 0o755);
  for (const name of OTHER_NAMES) link(executableName(target), join(folder, 'bin', name));

  const manual = join(folder, 'share/man/man1');
  const suffix = gzipManual ? '.gz' : '';
  for (const page of globSync(join(ROOT, 'completions/man/*.1')).sort()) {
    const bytes = readFileSync(page);
    write(join(manual, basename(page) + suffix), gzipManual ? gzipSync(bytes, { level: 9 }) : bytes);
  }
  for (const name of OTHER_NAMES) link(`ccvault.1${suffix}`, join(manual, `${name}.1${suffix}`));

  for (const [from, to] of Object.entries(COMPLETIONS)) {
    copy(join(ROOT, 'completions', from), join(folder, 'share', to));
  }
  installDocumentation(join(folder, 'share/doc/ccvault'));
}

/** What belongs beside the program wherever it goes: what it is, and under which licences. */
export function installDocumentation(folder: string): void {
  for (const name of ['README.md', 'LICENSE']) copy(join(ROOT, name), join(folder, name));
  copy(THIRD_PARTY, join(folder, basename(THIRD_PARTY)));
}

/** Copies a file, with its mode said and the commit's time. */
export function copy(from: string, to: string, mode = 0o644): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
  settle(to, mode);
}

/** Writes a file, with its mode said and the commit's time. */
export function write(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  settle(path, mode);
}

function link(target: string, path: string): void {
  symlinkSync(target, path);
  lutimesSync(path, COMMIT_TIME, COMMIT_TIME);
}

function settle(path: string, mode: number): void {
  chmodSync(path, mode);
  lutimesSync(path, COMMIT_TIME, COMMIT_TIME);
}
