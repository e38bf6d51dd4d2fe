import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { SPECS, help, shortHelp } from '../../../src/cli/help.ts';
import { type HelpTopic, parse } from '../../../src/spec/parse.ts';
import { groups } from '../../../src/spec/commands.ts';

const FOLDER = new URL('../../golden/help/', import.meta.url);

const topics = [...Object.keys(groups), ...Object.keys(SPECS)].filter((name) => SPECS[name]?.hidden !== true);

const textsFor = (columns: number): Map<string, string> =>
  new Map([
    ['ccvault', help(undefined, columns)],
    ['ccvault-short', shortHelp(undefined, columns)],
    ...Object.keys(groups).map((name): [string, string] => [
      `${name}-short`,
      shortHelp(topicOf(name), columns),
    ]),
    ...topics.map((name): [string, string] => [name.replaceAll(' ', '-'), help(topicOf(name), columns)]),
  ]);

const texts = textsFor(80);

function topicOf(words: string): HelpTopic {
  const parsed = parse(['help', ...words.split(' ')]);
  assert.ok(parsed.kind === 'help');
  return parsed.topic;
}

function wordsOf(text: string): string[] {
  return text.split(/[\s\\]+/);
}

describe('help', () => {
  for (const [name, text] of texts) {
    it(`of ${name} is as agreed (UPDATE_GOLDEN=1 rewrites it)`, () => {
      const golden = new URL(`${name}.txt`, FOLDER);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
      assert.equal(text, readFileSync(golden, 'utf8'));
    });
  }

  it('has no golden file too many', () => {
    assert.deepEqual(readdirSync(FOLDER).sort(), [...texts.keys()].map((name) => `${name}.txt`).sort());
  });

  for (const columns of [40, 60, 80, 100]) {
    it(`fits into ${columns} columns of plain text, and says the same as in 80`, () => {
      for (const [name, text] of textsFor(columns)) {
        for (const line of text.split('\n')) {
          // A single word cannot be broken, nor what a command has in quotes.
          const unbroken = line.trim().replaceAll(/'[^']*'|"[^"]*"/g, '');
          assert.ok(line.length <= columns || !unbroken.includes(' '), `${name}: ${line}`);
          assert.match(line, /^[ -~]*$/);
          assert.equal(line, line.trimEnd());
        }
        assert.deepEqual(wordsOf(text), wordsOf(texts.get(name) ?? ''));
      }
    });
  }

  it('stays readable on a wide terminal, and ends on one without columns', () => {
    assert.equal(help(undefined, 500), help(undefined, 100));
    assert.notEqual(help(undefined, 1), '');
  });

  it('breaks the command of an example where a shell goes on reading it', () => {
    const text = help(topicOf('git clone'), 40);
    assert.match(text, / \\\n/);
    const command = 'ccvault git clone codecommit://work@my-repository . -- --depth 1';
    assert.ok(text.replaceAll(/ \\\n */g, ' ').includes(`\n  ${command}\n`), text);
  });

  it('keeps hidden commands and options to itself', () => {
    const all = [...texts.values()].join('\n');
    for (const hidden of [
      '__complete',
      '--no-add-config',
      'export-env',
      '--sessions-only',
      '--credentials',
      '-j',
    ]) {
      assert.ok(!new RegExp(`(^|\\s)${hidden}\\b`).test(all), hidden);
    }
  });
});
