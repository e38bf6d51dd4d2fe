import type { Questions } from '../../core/ports/terminal.ts';
import { answerOf, choiceOf, isConfirmed } from './run-dialog.ts';
import type { DialogSystem } from './run-dialog.ts';

const KDIALOG = ['kdialog', '--title', 'ccvault'] as const;

/** Windows of KDE's kdialog. */
export function kdialog(system: DialogSystem): Questions {
  return {
    ask: (question) =>
      answerOf(system, {
        // This label alone underlines the character after `&`.
        command: [...KDIALOG, '--inputbox', asText(question.replaceAll('&', '&&'))],
      }),
    askHidden: (question) => answerOf(system, { command: [...KDIALOG, '--password', asText(question)] }),
    confirm: (question) => isConfirmed(system, { command: [...KDIALOG, '--yesno', asText(question)] }),
    choose: async (question, choices) =>
      choiceOf(
        await answerOf(system, {
          command: [
            ...KDIALOG,
            '--menu',
            asText(question),
            // A tag that is printed, and the item that is shown; one that begins with `-` would be an option.
            ...choices.flatMap(({ label }, index) => [String(index + 1), `${index + 1}. ${label}`]),
          ],
        }),
        choices,
      ),
  };
}

/** kdialog reads `\n` as a line break, and Qt reads a text with a tag in it as HTML. */
function asText(text: string): string {
  const unescaped = text.replaceAll('\\', '\\\\');
  if (!/[<&]/.test(unescaped)) return unescaped;
  const escaped = unescaped.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<qt>${escaped}</qt>`;
}
