// Rules of the source that neither the type checker nor the linter can hold.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commands } from '../../src/spec/commands.ts';

const SOURCE = join(import.meta.dirname, '../../src');

/** `FILE:LINE: TEXT` of every line of the source that the pattern matches, but for files of the folders named. */
function linesWith(pattern: RegExp, except: readonly string[] = []): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !except.some((folder) => path.startsWith(folder)))
    .flatMap((path) =>
      readFileSync(join(SOURCE, path), 'utf8')
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
}

describe('errors', () => {
  it('are told by their brand, which holds across copies of the class', () => {
    assert.deepEqual(linesWith(/instanceof CliError/), []);
  });
});

describe('what may be pasted from a message', () => {
  const verbs = Object.keys(commands).flatMap((name) => name.split(' '));
  const ccvault = new RegExp(`[:(\`] ?ccvault (?:(?:${verbs.join('|')})\\b|-)[^\`;]*\\$\\{`);
  const others =
    /: (?:age|aws|aws-vault|chmod|mv|rm|git (?:clone|config|remote|submodule)|export|pass|gopass) [^`;]*\$\{/;

  it('is quoted: no template puts a value bare behind a command', () => {
    assert.deepEqual(
      [ccvault, others].flatMap((pattern) => linesWith(pattern)),
      [],
    );
  });

  for (const line of [
    'hints: [`store it with: ccvault add ${name}`]',
    'hint(`ccvault --backend ${used} remove x`)',
    'hint(`try: ccvault git setup --profile ${name}`)',
  ]) {
    it(`is seen in ${line}`, () => assert.match(line, ccvault));
  }

  it('is seen behind the command of another program', () => {
    assert.match('hint(`open it: age -d ${path}`)', others);
    assert.match('hint(`sign in: aws login --profile ${name}`)', others);
  });
});
