import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { displayWidth } from '../../../../src/core/rows/display-width.ts';
import {
  frame,
  matching,
  moved,
  pageSize,
  rowWidth,
  shownOn,
  START,
} from '../../../../src/core/rows/picker.ts';
import type { Move, PickerRow } from '../../../../src/core/rows/picker.ts';
import { searchText } from '../../../../src/core/rows/row-filter.ts';
import { fitTable } from '../../../../src/core/rows/table.ts';

const row = (...cells: readonly string[]): PickerRow => ({
  label: cells[0] ?? '',
  cells,
  text: searchText(cells),
});
const rows = [
  row('prod-admin', '111122223333', 'Administrator'),
  row('prod', '444455556666', 'ReadOnly'),
  row('dev', '444455556666', 'Administrator'),
];
const labels = (typed: string): readonly string[] => matching(rows, typed).map(({ label }) => label);

describe('a filter', () => {
  for (const [typed, found] of [
    ['', ['prod-admin', 'prod', 'dev']],
    ['  ', ['prod-admin', 'prod', 'dev']],
    ['4444 admin', ['dev']],
    ['ADMIN 4444', ['dev']],
    ['pro', ['prod-admin', 'prod']],
    ['prod', ['prod', 'prod-admin']],
    ['prod1111', []],
    ['dev4', []],
  ] as const) {
    it(`finds by "${typed}"`, () => assert.deepEqual(labels(typed), found));
  }
});

describe('a picker', () => {
  it('moves by rows and pages and stays within them', () => {
    const at = (moves: readonly Move[]): number =>
      moves.reduce((state, move) => moved(state, move, 30, 10), START).selected;
    assert.equal(at(['up']), 0);
    assert.equal(at(['down', 'down']), 2);
    assert.equal(at(['page-down', 'page-down', 'page-down', 'page-down']), 29);
    assert.equal(at(['end', 'page-up']), 19);
    assert.equal(at(['end', 'home']), 0);
  });

  it('shows its selection, and fits the screen, whatever happens', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('日本の請求書', 'a-long-name', '👍', ''));
    const move = fc.constantFrom<Move>('up', 'down', 'page-up', 'page-down', 'home', 'end');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { maxLength: 40 }),
        fc.array(move, { maxLength: 12 }),
        fc.record({ columns: fc.integer({ min: 4, max: 60 }), rows: fc.integer({ min: 2, max: 30 }) }),
        fc.string(),
        (cells, moves, size, typed) => {
          const all = cells.map((one) => row(...one));
          const headings = ['PROFILE', 'ROLE'];
          const page = pageSize(size, true);
          const found = matching(all, typed);
          let state = shownOn({ ...START, typed }, found.length, page);
          for (const one of moves) state = moved(state, one, found.length, page);
          assert.ok(state.top <= state.selected && state.selected < state.top + page);
          const table = fitTable(
            headings,
            all.map((one) => one.cells),
            { columns: rowWidth(size) },
          );
          const marks = { unicode: true, colours: false };
          const content = { question: 'Profile:', total: all.length, headings, table, marks };
          const { lines, cursor } = frame(content, state, found, size);
          assert.ok(lines.length <= size.rows && cursor < size.columns);
          for (const line of lines) assert.ok(displayWidth(line) <= size.columns, line);
          assert.equal(lines.filter((line) => line.startsWith('❯')).length, Math.min(1, found.length));
        },
      ),
    );
  });

  for (const [columns, unicode, help] of [
    [80, true, 'type to filter · Enter chooses · Esc cancels · ↑↓ PgUp PgDn Home End'],
    [80, false, 'type to filter, Enter chooses, Esc cancels, arrows PgUp PgDn Home End'],
    [68, true, 'type to filter · Enter chooses · Esc cancels · ↑↓ PgUp PgDn Home End'],
    [67, true, 'type to filter · Enter chooses · Esc cancels'],
    [40, true, 'type to filter · Enter chooses'],
    [14, true, 'type to filter'],
  ] as const) {
    it(`names the keys that ${columns} columns have room for, ${unicode ? 'Unicode' : 'ASCII'}`, () => {
      const found = [row('work', 'Admin')];
      const table = fitTable(['PROFILE', 'ROLE'], [['work', 'Admin']], { columns });
      const marks = { unicode, colours: false };
      const content = { question: 'Profile:', total: 1, headings: ['PROFILE', 'ROLE'], table, marks };
      const { lines } = frame(content, START, found, { columns, rows: 24 });
      assert.equal(lines.at(-1), help);
    });
  }
});
