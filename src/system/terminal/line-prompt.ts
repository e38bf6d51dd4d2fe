import { displayWidth } from '../../core/rows/display-width.ts';
import { CliError } from '../../core/errors.ts';
import type { Choice } from '../../core/ports/terminal.ts';
import { printable } from '../../core/printable.ts';
import type { Conversation, Question } from './conversation.ts';
import { keysOf } from './keys.ts';

const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const ERASE_LINE = '\u0015';

/** A question answered with a line of text; needs no escape sequences. `hidden` shows nothing of what is typed. */
export function lineQuestion(text: string, { hidden }: { readonly hidden: boolean }): Question<string> {
  const line: string[] = [];
  return {
    leave: '\r\n',
    ask: (on) => {
      // A hidden answer starts over: nobody could see how much of it was kept.
      if (hidden) line.length = 0;
      return readLine(text, line, on, hidden);
    },
  };
}

/** A question answered with `y` or `yes`, in either case; anything else means no. */
export function yesQuestion(text: string): Question<boolean> {
  const question = lineQuestion(`${text.trimEnd()} (y/N)`, { hidden: false });
  return {
    ...question,
    ask: async (on) => /^y(es)?$/i.test((await question.ask(on)).trim()),
  };
}

/**
 * A choice by number or name, for terminals without escape sequences. Asks until the answer is one of the choices.
 */
export function numberedChoice(text: string, choices: readonly Choice[]): Question<string> {
  return {
    leave: '\r\n',
    async ask(on) {
      for (const [index, { label, details = [] }] of choices.entries()) {
        const more = details.filter((detail) => detail !== '').map(printable);
        on.write(`${index + 1}) ${[label, ...more].join('  ')}\r\n`);
      }
      for (;;) {
        const line = lineQuestion(`${text.trimEnd()} (1-${choices.length})`, { hidden: false });
        const answer = (await line.ask(on)).trim();
        const choice = choices[Number(answer) - 1] ?? choices.find(({ label }) => label === answer);
        if (choice !== undefined) return choice.value;
      }
    },
  };
}

/**
 * Reads a line into `line`, which keeps what was typed if the question has to be shown again. Throws CliError
 * `interrupted` on Ctrl-C, on Ctrl-D in an empty line and at the end of input.
 */
async function readLine(text: string, line: string[], on: Conversation, hidden: boolean): Promise<string> {
  const show = (shown: string): void => {
    if (!hidden && shown !== '') on.write(shown);
  };
  const erase = (count: number): void => {
    for (const character of line.splice(line.length - count).toReversed()) {
      show('\b \b'.repeat(displayWidth(character)));
    }
  };
  on.write(`${text.trimEnd()} ${hidden ? '' : line.join('')}`);
  for await (const { text: key = '' } of keysOf(on)) {
    if (key === '\r' || key === '\n') break;
    if (key === INTERRUPT || (key === END_OF_INPUT && line.length === 0)) {
      on.write('\r\n');
      throw new CliError('interrupted', 'cancelled');
    }
    if (key === '\u007F' || key === '\b') erase(Math.min(1, line.length));
    else if (key === ERASE_LINE) erase(line.length);
    else if (key >= ' ') {
      line.push(key);
      show(key);
    }
  }
  on.write('\r\n');
  return line.join('');
}
