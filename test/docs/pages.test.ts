// Every command that a page of docs/ shows in a session, run from the top of the page to its end in one home folder.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runScript } from '../script/runner.ts';
import { findBuild } from '../support/builds.ts';
import { requires } from '../support/requires.ts';
import { scriptOfPage } from './page.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

describe('documentation', { skip: requires('script'), concurrency: 2 }, () => {
  for (const page of PAGES) {
    const script = scriptOfPage(readFileSync(join(ROOT, page), 'utf8'));
    if (script === undefined) continue;
    it(page, async (t) => {
      const skipped = await runScript(script, findBuild('standalone'));
      if (skipped !== undefined) t.skip(skipped);
    });
  }

  it('has pages with sessions in them', () => {
    const shown = PAGES.filter((page) => scriptOfPage(readFileSync(join(ROOT, page), 'utf8')) !== undefined);
    assert.ok(shown.length > 3);
  });
});
