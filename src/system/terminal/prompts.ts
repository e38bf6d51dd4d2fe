import type { Environment } from '../../core/ports/environment.ts';
import type { Terminal } from '../../core/ports/terminal.ts';
import { promptFromEnv } from '../../core/prompts.ts';
import type { PromptName } from '../../core/prompts.ts';
import type { Asker } from '../dialogs/asker.ts';
import type { DialogSystem } from '../dialogs/run-dialog.ts';
import { createTerminal } from './terminal.ts';

export interface Prompts extends Terminal {
  /** `--prompt`, over CCVAULT_PROMPT; called before the first question. */
  askBy(prompt: PromptName): void;
}

/**
 * The person, asked in the way that was chosen. Nothing is chosen, and no window's program loaded or looked for,
 * before somebody has to be asked.
 */
export function createPrompts(env: Environment, system: () => DialogSystem): Prompts {
  const terminal = createTerminal(env);
  let named: PromptName | undefined;
  let chosen: Promise<Asker> | undefined;

  const prompt = (): PromptName => named ?? promptFromEnv(env['CCVAULT_PROMPT']) ?? 'auto';
  const asker = (): Promise<Asker> => (chosen ??= choose());

  async function choose(): Promise<Asker> {
    const asked = await chooseBy(prompt());
    system().out.debug(`questions are asked ${asked.means}`);
    return asked;
  }

  async function chooseBy(name: PromptName): Promise<Asker> {
    const unavailable = isWindowOrProgram(name) ? undefined : await terminal.unavailable();
    if (name === 'terminal' || (!isWindowOrProgram(name) && unavailable === undefined)) {
      return onTerminal(unavailable);
    }
    const { dialogAsker } = await import('../dialogs/dialog-asker.ts');
    return (await dialogAsker(name, system())) ?? onTerminal(unavailable);
  }

  const onTerminal = (unavailable: string | undefined): Asker => ({
    means: 'on the terminal',
    questions: terminal,
    ...(unavailable === undefined ? {} : { unavailable }),
  });

  return {
    askBy(name) {
      named = name;
    },
    prompt,
    unavailable: async () => (await asker()).unavailable,
    ask: async (question) => (await asker()).questions.ask(question),
    askHidden: async (question) => (await asker()).questions.askHidden(question),
    confirm: async (question) => (await asker()).questions.confirm(question),
    choose: async (question, choices, columns) =>
      (await asker()).questions.choose(question, choices, columns),
  };
}

/** `ykman` gives MFA codes alone, for everything else it is as if nothing was chosen. */
function isWindowOrProgram(name: PromptName): boolean {
  return name !== 'auto' && name !== 'terminal' && name !== 'ykman';
}
