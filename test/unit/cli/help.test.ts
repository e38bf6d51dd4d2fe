import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { SPECS, help, shortHelp } from '../../../src/cli/help.ts';
import { type HelpTopic, parse } from '../../../src/spec/parse.ts';
import { groups } from '../../../src/spec/commands.ts';

const FOLDER = new URL('../../golden/help/', import.meta.url);

const topics = [...Object.keys(groups), ...Object.keys(SPECS)].filter((name) => SPECS[name]?.hidden !== true);

const texts = new Map([
  ['ccvault', help(undefined)],
  ['ccvault-short', shortHelp(undefined)],
  ...Object.keys(groups).map((name): [string, string] => [`${name}-short`, shortHelp(topicOf(name))]),
  ...topics.map((name): [string, string] => [name.replaceAll(' ', '-'), help(topicOf(name))]),
]);

function topicOf(words: string): HelpTopic {
  const parsed = parse(['help', ...words.split(' ')]);
  assert.ok(parsed.kind === 'help');
  return parsed.topic;
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

  it('fits into 100 columns of plain text', () => {
    for (const [name, text] of texts) {
      for (const line of text.split('\n')) {
        assert.ok(line.length <= 100, `${name}: ${line}`);
        assert.match(line, /^[ -~]*$/);
        assert.equal(line, line.trimEnd());
      }
    }
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
