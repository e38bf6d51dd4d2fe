import { createHash } from 'node:crypto';
import { createReadStream, globSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { RELEASE } from './release.ts';

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Writes SHA256SUMS over all that was made, as `sha256sum --check` reads it. */
export async function writeChecksums(): Promise<void> {
  const files = globSync(join(RELEASE, '**'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(RELEASE, join(entry.parentPath, entry.name)))
    .sort();
  const lines: string[] = [];
  for (const file of files) lines.push(`${await sha256(join(RELEASE, file))}  ${file}\n`);
  writeFileSync(join(RELEASE, 'SHA256SUMS'), lines.join(''));
}
