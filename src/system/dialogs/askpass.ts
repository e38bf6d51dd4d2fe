import type { Questions } from '../../core/ports/terminal.ts';
import { answerOf } from './run-dialog.ts';
import type { DialogSystem } from './run-dialog.ts';

/**
 * Asks through a program like SSH_ASKPASS of ssh(1), which shows its argument and prints what is typed, hidden or
 * not.
 */
export function askpass(program: string, system: DialogSystem): Questions {
  const ask = (question: string): Promise<string> => answerOf(system, { command: [program, question] });
  return {
    ask,
    askHidden: ask,
    confirm: async (question) => /^y(es)?$/i.test((await ask(`${question} (yes/no)`)).trim()),
    async choose(question, choices) {
      const list = choices.map(({ label }, index) => `${index + 1}) ${label}\n`).join('');
      for (;;) {
        const answer = (await ask(`${list}${question} (1-${choices.length})`)).trim();
        const choice = choices[Number(answer) - 1] ?? choices.find(({ label }) => label === answer);
        if (choice !== undefined) return choice.value;
      }
    },
  };
}
