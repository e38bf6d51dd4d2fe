// docs/configuration.md and the program name the same settings.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { REMOVED } from '../../../src/core/child-env.ts';
import { SPECS } from '../../../src/cli/help.ts';
import { program } from '../../../src/spec/program.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('doctor'))
  .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
  .join('\n');

// Fields of what servers send, read as settings are.
const OF_SERVERS: ReadonlySet<string> = new Set(['error_description']);

/** What a section of the page has between backticks. */
function named(heading: string): string[] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0];
  assert.ok(section, `no section ${heading}`);
  return [...section.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

function found(pattern: RegExp): ReadonlySet<string> {
  return new Set([...SOURCES.matchAll(pattern)].map(([, name = '']) => name));
}

describe('docs/configuration.md', () => {
  it('names every variable of AWS and of ccvault that the source names, and no other', () => {
    const inSource = found(/['.]((?:AWS|CCVAULT)_[A-Z\d_]+)\b/g);
    const onPage = new Set(
      [...PAGE.matchAll(/`((?:AWS|CCVAULT)_[A-Z\d_]+)(?:=[^`]*)?`/g)].map(([, name = '']) => name),
    );
    const missing = [...inSource].filter((name) => !name.endsWith('_') && !onPage.has(name));
    assert.deepEqual(missing, []);
    // Some names are put together: `AWS_ENDPOINT_URL_` and a service, `CCVAULT_` and a variable of AWS's.
    const starts = [...inSource].filter((name) => name.endsWith('_'));
    const unknown = [...onPage].filter(
      (name) =>
        !inSource.has(name.replace(/^CCVAULT_AWS_/, 'AWS_')) &&
        !starts.some((start) => name.startsWith(start)),
    );
    assert.deepEqual(unknown, []);
  });

  it('names every setting of a profile that the source reads, and no other', () => {
    const inSource = found(/'([a-z\d]+(?:_[a-z\d]+)+)'/g);
    const read = found(/(?:\.get|\.nested|checkedSetting|configuredSeconds|take)\((?:\w+, )?'([a-z\d_]+)'/g);
    const onPage = new Set(named('Keys of a profile').filter((word) => /^[a-z\d_]+$/.test(word)));
    const missing = [...read].filter(
      (name) => name.includes('_') && !OF_SERVERS.has(name) && !onPage.has(name),
    );
    assert.deepEqual(missing, []);
    const unknown = [...onPage].filter((name) => name.includes('_') && !inSource.has(name));
    assert.deepEqual(unknown, []);
  });

  it('names every variable that the command of exec does not get', () => {
    const onPage = new Set(named('Variables that the command of `exec` sees'));
    assert.deepEqual(
      [...REMOVED].filter((name) => !onPage.has(name)),
      [],
    );
  });

  it('has every exit code of the program and of exec', () => {
    const codes = new Set([...PAGE.matchAll(/^\| (\d+(?:\+n)?) \|/gm)].map(([, code]) => code));
    const wanted = [...program.exitCodes, ...(SPECS.exec?.exitCodes ?? [])].map(([code]) => code);
    for (const code of wanted.filter((one) => /^\d/.test(one))) assert.ok(codes.has(code), code);
  });
});
