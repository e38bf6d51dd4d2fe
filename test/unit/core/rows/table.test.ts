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

  it('cuts the few names that are far longer before a column gives way for all', () => {
    const headings = ['PROFILE', 'ROLE'];
    const mixed = ['dev', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'the-one-of-ten-that-is-long'].map(
      (name) => [name, 'admin'],
    );
    const at = (columns: number, shown = mixed): string[] =>
      renderTable(headings, shown, { terminal: true, columns, givesWay: ['ROLE'] }).split('\n');
    assert.equal(at(34).at(-2), 'the-one-of-ten-that-is-long  admin');
    assert.equal(at(30).at(-2), 'the-one-of-ten-that-is…  admin');
    assert.equal(at(15).at(-2), 'the-one…  admin');
    // Of nine it is more than a tenth.
    assert.equal(at(30, mixed.slice(1)).at(-2), 'the-one-of-ten-that-is-long');
  });

  it('cuts the column that has the names, wherever it stands', () => {
    const accounts = [['123456789012', 'Data Platform of the Company', 'admin', 'a@example.com']];
    const at = (columns: number): string | undefined =>
      renderTable(['ACCOUNT', 'NAME', 'ROLE', 'EMAIL'], accounts, {
        terminal: true,
        columns,
        givesWay: ['EMAIL'],
        names: 'NAME',
      }).split('\n')[1];
    assert.equal(at(49), '123456789012  Data Platform of the Company  admin');
    assert.equal(at(40), '123456789012  Data Platform of t…  admin');
    assert.equal(at(29), '123456789012  Data Pl…  admin');
  });

  it('never makes a line longer than the terminal, whatever is in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('日本', 'e\u0301', '👍', 'a-long-name'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 12, max: 60 }),
        fc.constantFrom('A', 'C'),
        (cells, columns, names) => {
          const layout = { terminal: true, columns, givesWay: ['B'], names };
          for (const line of renderTable(['A', 'B', 'C'], cells, layout).split('\n')) {
            assert.ok(displayWidth(line) <= columns, line);
          }
        },
      ),
    );
  });
});
