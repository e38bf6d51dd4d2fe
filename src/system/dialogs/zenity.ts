import type { Questions } from '../../core/ports/terminal.ts';
import { answerOf, choiceOf, isConfirmed } from './run-dialog.ts';
import type { DialogSystem } from './run-dialog.ts';

const TITLE = '--title=ccvault';

/** Asks in dialogs of GNOME's zenity(1), which parses the text of each dialog in another way. */
export function zenity(system: DialogSystem): Questions {
  const entry = (question: string, ...options: readonly string[]): Promise<string> =>
    answerOf(system, {
      command: ['zenity', '--entry', TITLE, `--text=${withoutMnemonics(question)}`, ...options],
    });
  return {
    ask: (question) => entry(question),
    askHidden: (question) => entry(question, '--hide-text'),
    confirm: (question) =>
      isConfirmed(system, {
        command: ['zenity', '--question', TITLE, '--no-markup', `--text=${question}`],
      }),
    choose: async (question, choices) =>
      choiceOf(
        await answerOf(system, {
          command: [
            'zenity',
            '--list',
            TITLE,
            `--text=${withoutMarkup(question)}`,
            '--width=480',
            '--height=480',
            '--hide-header',
            '--column=number',
            '--column=choice',
            '--hide-column=1',
            '--print-column=1',
          ],
          // One cell on each line.
          input: choices.map(({ label }, index) => `${index + 1}\n${label}\n`).join(''),
        }),
        choices,
      ),
  };
}

/** zenity reads escapes such as `\n` as C does, unless `--no-markup` is given. */
function withoutEscapes(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

/** The label of an entry underlines the character after `_`; a doubled one is shown. */
function withoutMnemonics(text: string): string {
  return withoutEscapes(text).replaceAll('_', '__');
}

/** The text of a list is Pango markup. */
function withoutMarkup(text: string): string {
  return withoutEscapes(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
