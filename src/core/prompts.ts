import { CliError } from './errors.ts';

/** Every kind of prompt, in the order in which help lists them. */
export const PROMPTS = ['auto', 'terminal', 'zenity', 'kdialog', 'osascript', 'askpass', 'ykman'] as const;

export type PromptName = (typeof PROMPTS)[number];

/** The prompts that open a desktop window. */
export const WINDOWS: ReadonlySet<PromptName> = new Set(['zenity', 'kdialog', 'osascript']);

/** The prompt that CCVAULT_PROMPT names; undefined if it is unset. Throws CliError `usage` for any other name. */
export function promptFromEnv(text: string | undefined): PromptName | undefined {
  if (text === undefined || text === '') return undefined;
  const prompt = PROMPTS.find((name) => name === text);
  if (prompt !== undefined) return prompt;
  throw new CliError('usage', `CCVAULT_PROMPT is not a prompt: ${text}`, {
    hints: [`choose one of ${PROMPTS.join(', ')}`],
  });
}
