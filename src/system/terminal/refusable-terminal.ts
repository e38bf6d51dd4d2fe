import { CliError } from '../../core/errors.ts';
import type { Terminal } from '../../core/ports/system.ts';

export interface RefusableTerminal extends Terminal {
  /** See System.refusePrompts. */
  refusePrompts(reason: () => Promise<string | undefined>): void;
}

/** A terminal on which prompts can be refused, whoever asks: the vault for its passphrase as well as a command. */
export function refusableTerminal(terminal: Terminal): RefusableTerminal {
  let reason: (() => Promise<string | undefined>) | undefined;

  async function unlessRefused<T>(prompt: () => Promise<T>): Promise<T> {
    const why = await reason?.();
    if (why === undefined) return prompt();
    throw new CliError('failure', `a question has to be answered and ${why}`, {
      code: 'prompt-impossible',
      hints: ['run this in a terminal first: ccvault refresh'],
    });
  }

  return {
    available: () => terminal.available(),
    ask: (question) => unlessRefused(() => terminal.ask(question)),
    askHidden: (question) => unlessRefused(() => terminal.askHidden(question)),
    confirm: (question) => unlessRefused(() => terminal.confirm(question)),
    choose: (question, choices) => unlessRefused(() => terminal.choose(question, choices)),
    refusePrompts(asked) {
      reason = asked;
    },
  };
}
