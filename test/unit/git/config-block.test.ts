import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../../src/core/errors.ts';
import { addBlock, removeBlock } from '../../../src/git/config-block.ts';
import { setupLines } from '../../../src/git/config-section.ts';

const lines = setupLines({ program: ["/opt/o'ne/ccvault"], profile: 'wo"rk\\' }, { alias: true, hosts: [] });
const other = setupLines({ program: ['/usr/bin/ccvault'], profile: undefined }, { alias: false, hosts: [] });

test('taking it back restores any file to the byte', () => {
  const text = fc.option(
    fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom('', '\n', '[user]\n\tname = x', '[user]\r\n\tname = x\r\n', '# x', '\n\n'),
    ),
    { nil: undefined },
  );
  fc.assert(
    fc.property(text, (before) => {
      fc.pre(before === undefined || !before.includes('# ccvault'));
      const added = addBlock(before, lines);
      assert.equal(removeBlock(added).text, before);
      assert.equal(addBlock(added, lines), added);
      // Made again for another program or profile it stands there once.
      assert.equal(removeBlock(addBlock(added, other)).text, before);
    }),
  );
});

test('without a set-up nothing is taken away', () => {
  assert.deepEqual(removeBlock('[user]\n\tname = x\n'), { text: '[user]\n\tname = x\n', found: false });
});

test('it moves behind what was added after it', () => {
  const added = `${addBlock('[user]\n', lines)}[credential]\n\thelper = store\n`;
  const again = addBlock(added, lines);
  assert.ok(again.startsWith('[user]\n[credential]\n\thelper = store\n# ccvault: begin\n'));
  assert.equal(again.split('# ccvault: begin').length, 2);
});

test('settings that git put into it stay', () => {
  const added = addBlock('[user]\n', lines);
  const changed = added.replace('[alias]\n', '[alias]\n\tco = checkout\n');
  assert.equal(removeBlock(changed).text, '[user]\n[alias]\n\tco = checkout\n');
  const moved = addBlock(changed, other);
  assert.ok(moved.startsWith('[user]\n[alias]\n\tco = checkout\n# ccvault: begin\n'));
});

test('a file that was made for it stays when something else came into it', () => {
  const added = `${addBlock(undefined, lines)}[user]\n`;
  assert.equal(removeBlock(added).text, '[user]\n');
});

test('a set-up without end is left alone', () => {
  const damaged = addBlock('', lines).replace('# ccvault: end\n', '');
  assert.throws(
    () => removeBlock(damaged),
    (error) => isCliError(error) && /no "# ccvault: end"/.test(error.message),
  );
});
