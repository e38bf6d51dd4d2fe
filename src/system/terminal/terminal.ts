import { fs } from '../lazy-builtins.ts';
import { printable } from '../../core/printable.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { Terminal } from '../../core/ports/terminal.ts';
import type { Question } from './conversation.ts';
import { openTerminalOutput } from './device.ts';
import { drawsColours, drawsEscapes, showsUnicode } from './escapes.ts';
import type * as Lines from './line-prompt.ts';

/**
 * Asks on the controlling terminal, which is opened for each question and closed after it, so that whatever runs next
 * has it alone. Standard input, output and error are not used. Questions are plain lines without escape sequences;
 * only a choice is drawn, on terminals that support it. The first question loads the code.
 */
export function createTerminal(env: Environment): Omit<Terminal, 'prompt'> {
  let last: Promise<unknown> = Promise.resolve();

  // Two questions at once would read each other's keys.
  function inTurn<T>(question: Promise<Question<T>>): Promise<T> {
    const turn = last.then(async () => {
      const { converse } = await import('./conversation.ts');
      return converse(await question);
    });
    last = Promise.allSettled([turn]);
    return turn;
  }
  const lines = async <T>(make: (lines: typeof Lines) => Question<T>): Promise<Question<T>> =>
    make(await import('./line-prompt.ts'));

  return {
    async unavailable() {
      try {
        fs().closeSync(openTerminalOutput());
        return undefined;
      } catch {
        return 'no terminal is available';
      }
    },
    ask: (question) => inTurn(lines((kind) => kind.lineQuestion(printable(question), { hidden: false }))),
    askHidden: (question) =>
      inTurn(lines((kind) => kind.lineQuestion(printable(question), { hidden: true }))),
    confirm: (question) => inTurn(lines((kind) => kind.yesQuestion(printable(question)))),
    choose(question, choices, columns) {
      const text = printable(question);
      const shown = choices.map((choice) => ({ ...choice, label: printable(choice.label) }));
      if (!drawsEscapes(env)) return inTurn(lines((kind) => kind.numberedChoice(text, shown)));
      const marks = { unicode: showsUnicode(env), colours: drawsColours(env) };
      return inTurn(
        import('./picker.ts').then((kind) => kind.pickerQuestion({ text, choices: shown, columns, marks })),
      );
    },
  };
}
