import type { Environment } from '../../core/ports/environment.ts';
import type { Questions, Terminal } from '../../core/ports/terminal.ts';
import { promptFromEnv } from '../../core/prompts.ts';
import type { PromptName } from '../../core/prompts.ts';
import type { Asker } from '../dialogs/asker.ts';
import type { DialogSystem } from '../dialogs/run-dialog.ts';
import { createTerminal } from './terminal.ts';

export interface Prompts extends Terminal {
  /** Sets the way of asking from `--prompt`, which overrides CCVAULT_PROMPT. Call it before the first question. */
  askBy(prompt: PromptName): void;
}

/**
 * Asks the user on the terminal or in a dialog, as `--prompt` and CCVAULT_PROMPT say. Nothing is chosen, and no
 * dialog program searched for, before the first question. `unavailable` and every question throw CliError `usage`
 * for an invalid CCVAULT_PROMPT.
 */
export function createPrompts(env: Environment, system: () => DialogSystem): Prompts {
  const terminal = createTerminal(env);
  let named: PromptName | undefined;
  let chosen: Promise<Asker> | undefined;

  const prompt = (): PromptName => named ?? promptFromEnv(env['CCVAULT_PROMPT']) ?? 'auto';
  const asker = (): Promise<Asker> => (chosen ??= choose());

  async function choose(): Promise<Asker> {
    const name = prompt();
    const byName = isWindowOrProgram(name);
    const unavailable = byName ? undefined : await terminal.unavailable();
    const asked =
      name === 'terminal' || (!byName && unavailable === undefined)
        ? onTerminal(unavailable)
        : await byDialog(name, unavailable);
    system().out.debug(() => {
      if (asked.unavailable !== undefined) return `no prompt is possible: ${asked.unavailable}`;
      if (byName || name === 'terminal') {
        return `questions are asked ${asked.means}, as ${named === undefined ? 'CCVAULT_PROMPT' : '--prompt'} says`;
      }
      return `questions are asked ${asked.means}${unavailable === undefined ? '' : `, since ${unavailable}`}`;
    });
    return asked;
  }

  async function byDialog(name: PromptName, unavailable: string | undefined): Promise<Asker> {
    const { dialogAsker } = await import('../dialogs/dialog-asker.ts');
    return (await dialogAsker(name, system())) ?? onTerminal(unavailable);
  }

  const onTerminal = (unavailable: string | undefined): Asker => ({
    means: 'on the terminal',
    questions: terminal,
    ...(unavailable === undefined ? {} : { unavailable }),
  });

  async function narrated<T>(question: string, ask: (questions: Questions) => Promise<T>): Promise<T> {
    const { questions } = await asker();
    const { out } = system();
    out.debug(() => `asking: ${question.trimEnd()}`);
    const answer = await ask(questions);
    out.debug('answered');
    return answer;
  }

  return {
    askBy(name) {
      named = name;
    },
    prompt,
    unavailable: async () => (await asker()).unavailable,
    ask: (question) => narrated(question, (questions) => questions.ask(question)),
    askHidden: (question) => narrated(question, (questions) => questions.askHidden(question)),
    confirm: (question) => narrated(question, (questions) => questions.confirm(question)),
    choose: (question, choices, columns) =>
      narrated(question, (questions) => questions.choose(question, choices, columns)),
  };
}

/** Whether a name means a dialog. `ykman` only provides MFA codes: for questions it means the same as `auto`. */
function isWindowOrProgram(name: PromptName): boolean {
  return name !== 'auto' && name !== 'terminal' && name !== 'ykman';
}
