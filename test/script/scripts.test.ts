// Every script in this folder, against both builds. SCRIPT=part-of-a-name picks some, BUILD=npm one of the builds, as in every test.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BUILDS, findBuild } from '../support/builds.ts';
import { runScript } from './runner.ts';

const { SCRIPT: picked = '' } = process.env;
const scripts = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.txtar') && name.includes(picked))
  .sort();

for (const build of BUILDS) {
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
