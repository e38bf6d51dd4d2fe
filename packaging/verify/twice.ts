import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { RELEASE, ROOT } from '../release.ts';
import type { Check } from './check.ts';
import { newFolder } from './machine.ts';

/** Builds the same commit again in a clone of another path. */
export const TWICE: readonly Check[] = [
  {
    subject: 'everything',
    does: 'built again from a clone in another folder, with the same bytes: SHA256SUMS are equal',
    needs: { git: 'git', make: 'make', npm: 'npm' },
    run: async () => {
      const clone = newFolder('a-folder-of-another-length');
      await execa('git', ['clone', '--quiet', ROOT, clone]);
      await execa('make', ['-C', clone, 'dist'], { stdin: 'ignore', maxBuffer: 1e8 });
      const sums = (release: string): string => readFileSync(join(release, 'SHA256SUMS'), 'utf8');
      assert.equal(sums(join(clone, 'dist/release')), sums(RELEASE));
    },
  },
];
