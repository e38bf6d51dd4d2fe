// Every script in this folder, against both builds. SCRIPT=part-of-a-name picks some, BUILD=npm one of the builds.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findBuild } from '../support/builds.ts';
import { runScript } from './runner.ts';

const { SCRIPT: picked = '', BUILD: only } = process.env;
const scripts = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.txtar') && name.includes(picked))
  .sort();

for (const build of ['standalone', 'npm'] as const) {
  if (only !== undefined && only !== build) continue;
  describe(build, { concurrency: 2 }, () => {
    for (const script of scripts) {
      it(script, async (t) => {
        const skipped = await runScript(
          readFileSync(join(import.meta.dirname, script), 'utf8'),
          findBuild(build),
        );
        if (skipped !== undefined) t.skip(skipped);
      });
    }
  });
}
