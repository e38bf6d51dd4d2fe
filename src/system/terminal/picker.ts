import { CliError } from '../../core/errors.ts';
import { frame, matching, moved, pageSize, rowWidth, shownOn, START } from '../../core/rows/picker.ts';
import type { Marks, Move, PickerRow, PickerState } from '../../core/rows/picker.ts';
import type { Choice, ChoiceColumns } from '../../core/ports/terminal.ts';
import { searchText } from '../../core/rows/row-filter.ts';
import { fitTable, shownCells } from '../../core/rows/table.ts';
import type { FittedTable } from '../../core/rows/table.ts';
import type { Conversation, Question } from './conversation.ts';
import { terminalSize } from './device.ts';
import { keysOf } from './keys.ts';

// The alternate screen: on the shell's screen, lines that wrap when the terminal is resized would stay behind.
const ENTER = '\u001B[?1049h\u001B[?7l';
const LEAVE = '\u001B[?7h\u001B[?1049l\u001B[?25h';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
// Sent before a line: after a line as wide as the screen it would erase the last character.
const ERASE_LINE = '\u001B[K';
const ERASE_BELOW = '\u001B[J';

const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const ERASE_ALL = '\u0015';

/** The sequences that terminals send for these keys (xterm's ctlseqs, "Special Keyboard Keys"; tmux, rxvt). */
const MOVES: ReadonlyMap<string, Move> = new Map([
  ...(['[A', 'OA'] as const).map((keys) => [keys, 'up'] as const),
  ...(['[B', 'OB'] as const).map((keys) => [keys, 'down'] as const),
  ['[5~', 'page-up'],
  ['[6~', 'page-down'],
  ...(['[H', 'OH', '[1~', '[7~'] as const).map((keys) => [keys, 'home'] as const),
  ...(['[F', 'OF', '[4~', '[8~'] as const).map((keys) => [keys, 'end'] as const),
]);

export interface PickerQuestion {
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly columns: ChoiceColumns | undefined;
  readonly marks: Marks;
}

/**
 * A list on the alternate screen, filtered as the user types. Throws CliError `interrupted` on Escape, Ctrl-C and
 * Ctrl-D.
 */
export function pickerQuestion(question: PickerQuestion): Question<string> {
  const rows = question.choices.map(rowOf);
  const values = new Map(rows.map((row, index) => [row, question.choices[index]?.value]));
  let state = START;
  return {
    leave: LEAVE,
    async ask(on) {
      const screen = await Screen.open(question, rows, on);
      try {
        state = screen.show(state);
        for await (const { text, sequence } of keysOf(on)) {
          if (text === '\r' || text === '\n') {
            const chosen = screen.found[state.selected];
            const value = chosen === undefined ? undefined : values.get(chosen);
            if (chosen !== undefined && value !== undefined) {
              screen.close();
              on.write(`${question.text} ${chosen.label}\r\n`);
              return value;
            }
          }
          state = screen.show(after(state, text ?? '', sequence, screen));
        }
        throw new CliError('interrupted', 'cancelled');
      } finally {
        screen.close();
      }
    },
  };
}

function rowOf({ label, details = [] }: Choice): PickerRow {
  const cells = shownCells([label, ...details]);
  return { label, cells, text: searchText([label, ...details]) };
}

/** The state after a key. Throws CliError `interrupted` for a key that cancels. */
function after(state: PickerState, text: string, sequence: string | undefined, screen: Screen): PickerState {
  if (sequence === '' || text === INTERRUPT || text === END_OF_INPUT) {
    throw new CliError('interrupted', 'cancelled');
  }
  const move = sequence === undefined ? undefined : MOVES.get(sequence);
  if (move !== undefined) return moved(state, move, screen.found.length, screen.page);
  const filtered = (typed: string): PickerState => (typed === state.typed ? state : { ...START, typed });
  if (text === ERASE_ALL) return filtered('');
  if (text === '\u007F' || text === '\b') return filtered(Array.from(state.typed).slice(0, -1).join(''));
  return text >= ' ' ? filtered(state.typed + text) : state;
}

class Screen {
  /** The rows that match the filter. */
  found: readonly PickerRow[];
  readonly #question: PickerQuestion;
  readonly #rows: readonly PickerRow[];
  readonly #on: Conversation;
  #size = { columns: 80, rows: 24 };
  #table: FittedTable;
  #state: PickerState = START;
  #open = true;
  readonly #resized = (): void => void this.#resize();

  private constructor(question: PickerQuestion, rows: readonly PickerRow[], on: Conversation) {
    this.#question = question;
    this.#rows = rows;
    this.#on = on;
    this.found = rows;
    this.#table = this.#fit();
  }

  static async open(question: PickerQuestion, rows: readonly PickerRow[], on: Conversation): Promise<Screen> {
    const screen = new Screen(question, rows, on);
    await screen.#measure();
    process.on('SIGWINCH', screen.#resized);
    on.write(ENTER);
    return screen;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('SIGWINCH', this.#resized);
    // After an interruption, `converse` leaves the screen.
    if (!this.#on.signal.aborted) this.#on.write(LEAVE);
  }

  get page(): number {
    return pageSize(this.#size, this.#question.columns !== undefined);
  }

  /** Draws a state and returns it as shown: with a selection that exists and is on the page. */
  show(state: PickerState): PickerState {
    this.found = matching(this.#rows, state.typed);
    this.#state = shownOn(state, this.found.length, this.page);
    const { text, columns, marks } = this.#question;
    const content = {
      question: text,
      total: this.#rows.length,
      headings: columns?.headings,
      table: this.#table,
      marks,
    };
    const { lines, cursor } = frame(content, this.#state, this.found, this.#size);
    const drawn = lines.map((line, index) => `\u001B[${index + 1};1H${ERASE_LINE}${line}`).join('');
    const below = lines.length < this.#size.rows ? `\u001B[${lines.length + 1};1H${ERASE_BELOW}` : '';
    this.#on.write(HIDE_CURSOR + drawn + below + `\u001B[1;${cursor + 1}H` + SHOW_CURSOR);
    return this.#state;
  }

  async #resize(): Promise<void> {
    try {
      await this.#measure();
      if (this.#open) this.show(this.#state);
    } catch {
      // The terminal is gone; reading the next key reports it.
    }
  }

  async #measure(): Promise<void> {
    this.#size = await terminalSize();
    this.#table = this.#fit();
  }

  #fit(): FittedTable {
    const { columns, marks } = this.#question;
    const cells = this.#rows.map((row) => row.cells);
    return fitTable(columns?.headings ?? [''], cells, {
      columns: rowWidth(this.#size),
      givesWay: columns?.givesWay ?? [],
      ellipsis: marks.unicode ? '…' : '~',
    });
  }
}
