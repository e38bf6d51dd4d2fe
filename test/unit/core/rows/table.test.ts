import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { displayWidth } from '../../../../src/core/rows/display-width.ts';
import { renderTable } from '../../../../src/core/rows/table.ts';

describe('renderTable', () => {
  const rows = [
    ['dev', '', 'eu-west-1'],
    ['a longer name', '123456789012', ''],
  ];

  it('lines columns up on a terminal', () => {
    assert.equal(
      renderTable(['PROFILE', 'ACCOUNT', 'REGION'], rows, { terminal: true, columns: 80 }),
      [
        'PROFILE        ACCOUNT       REGION',
        'dev            -             eu-west-1',
        'a longer name  123456789012  -',
        '',
      ].join('\n'),
    );
  });

  it('separates fields by tabs elsewhere, without a heading', () => {
    assert.equal(
      renderTable(['PROFILE', 'ACCOUNT', 'REGION'], rows, { terminal: false, columns: 80 }),
      'dev\t-\teu-west-1\na longer name\t123456789012\t-\n',
    );
  });

  it('counts columns, not characters', () => {
    const table = renderTable(
      ['A', 'B'],
      [
        ['日本', 'x'],
        ['e\u0301te', 'x'],
        ['four', 'x'],
      ],
      { terminal: true, columns: 80 },
    );
    assert.deepEqual(table.split('\n'), ['A     B', '日本  x', 'e\u0301te   x', 'four  x', '']);
  });

  it('lets no cell add a line, a field or a colour', () => {
    const table = renderTable(['A', 'B'], [['a\tb\nc\u001B[31m', 'd']], { terminal: false, columns: 80 });
    assert.equal(table.split('\n').length, 2);
    assert.equal(table.split('\t').length, 2);
    assert.ok(!table.includes('\u001B'));
  });

  it('is empty without rows', () => {
    assert.equal(renderTable(['A'], [], { terminal: true, columns: 80 }), '');
  });

  it('fits every width: columns give way in turn, names are cut last', () => {
    const headings = ['PROFILE', 'ACCOUNT', 'SESSION'];
    const wide = [
      ['payments-production-administrator', '123456789012', '59 min'],
      ['日本の請求書の担当者', '444455556666', '1 h 2 min'],
    ];
    const at = (columns: number): string[] =>
      renderTable(headings, wide, { terminal: true, columns, givesWay: ['ACCOUNT'] }).split('\n');
    assert.equal(at(60)[0], `PROFILE${' '.repeat(28)}ACCOUNT       SESSION`);
    assert.equal(at(50)[0], `PROFILE${' '.repeat(28)}SESSION`);
    assert.deepEqual(at(24), [
      'PROFILE        SESSION',
      'payments-pro…  59 min',
      '日本の請求書…  1 h 2 min',
      '',
    ]);
    assert.deepEqual(at(19).slice(0, 2), ['PROFILE   SESSION', 'payment…  59 min']);
    assert.deepEqual(at(16).slice(2, 3), ['日本の…   1 h 2…']);
  });

  it('never makes a line longer than the terminal, whatever is in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('日本', 'e\u0301', '👍', 'a-long-name'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 12, max: 60 }),
        (cells, columns) => {
          const layout = { terminal: true, columns, givesWay: ['B'] };
          for (const line of renderTable(['A', 'B', 'C'], cells, layout).split('\n')) {
            assert.ok(displayWidth(line) <= columns, line);
          }
        },
      ),
    );
  });
});
