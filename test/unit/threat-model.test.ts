// docs/threat-model.md claims nothing that no test holds, and explains every risk that SECURITY.md accepts.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const page = read('docs/threat-model.md');
const claims = page.split('\n').filter((line) => line.startsWith('- '));
const TEST = /\[`([^`]+)`: ([^\]]+)\]/g;

test('every claim names a test', () => {
  assert.ok(claims.length > 30);
  for (const claim of claims) assert.ok(claim.search(TEST) !== -1, `no test for: ${claim}`);
});

for (const [, file = '', title = ''] of page.matchAll(TEST)) {
  test(`${file} has "${title}"`, () => {
    assert.ok(existsSync(join(ROOT, file)), `${file} is not there`);
    const titles = titlesIn(read(file), file.endsWith('.txtar'));
    assert.ok(
      titles.some((text) => text.includes(title)),
      `no test of ${file} has this title`,
    );
  });
}

test('every accepted risk stands here with its reason', () => {
  const [, risks = ''] = read('SECURITY.md').split('## Accepted risks');
  const heads = [...risks.matchAll(/^- \*\*(.+?)\*\*/gms)].map(([, head = '']) => head.replace(/\.$/, ''));
  assert.ok(heads.length >= 11);
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  for (const head of heads)
    assert.ok(
      rows.some((row) => row.startsWith(`| ${head} | `)),
      `no reason for: ${head}`,
    );
});

/** A script has comments; a title may stand in a template, after the name of a build or before that of a case. */
function titlesIn(text: string, isScript: boolean): readonly string[] {
  if (isScript) return text.split('\n').filter((line) => line.startsWith('# '));
  return [...text.matchAll(/\b(?:it|test|describe)\(\s*(['"`])(.*?)\1,/gs)].map(([, , title = '']) => title);
}
