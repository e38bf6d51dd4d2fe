import type { Questions } from '../../core/ports/terminal.ts';
import { answerOf, choiceOf, isConfirmed } from './run-dialog.ts';
import type { Dialog, DialogSystem } from './run-dialog.ts';

const ENTRY = 'text returned of (display dialog (item 1 of argv) default answer "" with title "ccvault")';
const HIDDEN =
  'text returned of (display dialog (item 1 of argv) default answer "" with title "ccvault" with hidden answer)';
const CONFIRM =
  'if button returned of (display dialog (item 1 of argv) with title "ccvault" buttons {"No", "Yes"} default button "No") is "No" then error number -128';
const CHOICE = 'choose from list (rest of argv) with title "ccvault" with prompt (item 1 of argv)';

/** Asks in macOS dialogs through AppleScript. The scripts are constants; the texts are passed as arguments. */
export function osascript(system: DialogSystem): Questions {
  return {
    ask: (question) => answerOf(system, script(ENTRY, question)),
    askHidden: (question) => answerOf(system, script(HIDDEN, question)),
    confirm: (question) => isConfirmed(system, script(CONFIRM, question)),
    choose: async (question, choices) => {
      const items = choices.map(({ label }, index) => `${index + 1}. ${label}`);
      // A list that is closed returns `false`, which is no number.
      return choiceOf(await answerOf(system, script(CHOICE, question, ...items)), choices);
    },
  };
}

function script(body: string, ...args: readonly string[]): Dialog {
  const lines = ['on run argv', body, 'end run'];
  return { command: ['osascript', ...lines.flatMap((line) => ['-e', line]), ...args] };
}
