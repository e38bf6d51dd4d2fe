import type { Questions } from '../../core/ports/terminal.ts';
import { answerOf, choiceOf, isConfirmed } from './run-dialog.ts';
import type { DialogSystem } from './run-dialog.ts';

const KDIALOG = ['kdialog', '--title', 'ccvault'] as const;

/** Asks in dialogs of KDE's kdialog. */
export function kdialog(system: DialogSystem): Questions {
  return {
    ask: (question) =>
      answerOf(system, {
        // Only this label underlines the character after `&`.
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
            // Pairs of the tag to print and the item to show. The number keeps an item from being read as an option.
            ...choices.flatMap(({ label }, index) => [String(index + 1), `${index + 1}. ${label}`]),
          ],
        }),
        choices,
      ),
  };
}

/** Escapes a text: kdialog reads `\n` as a line break, and Qt reads a text that contains a tag as HTML. */
function asText(text: string): string {
  const unescaped = text.replaceAll('\\', '\\\\');
  if (!/[<&]/.test(unescaped)) return unescaped;
  const escaped = unescaped.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<qt>${escaped}</qt>`;
}
