import { CliError } from './errors.ts';

/** Every way to ask a person, in the order of the help. */
export const PROMPTS = ['auto', 'terminal', 'zenity', 'kdialog', 'osascript', 'askpass', 'ykman'] as const;

export type PromptName = (typeof PROMPTS)[number];

/** Those that open a window of a desktop by themselves. */
export const WINDOWS: ReadonlySet<PromptName> = new Set(['zenity', 'kdialog', 'osascript']);

/** The value of CCVAULT_PROMPT; undefined where it is not set. Throws CliError `usage` for any other name. */
export function promptFromEnv(text: string | undefined): PromptName | undefined {
  if (text === undefined || text === '') return undefined;
  const prompt = PROMPTS.find((name) => name === text);
  if (prompt !== undefined) return prompt;
  throw new CliError('usage', `CCVAULT_PROMPT is not a prompt: ${text}`, {
    hints: [`choose one of ${PROMPTS.join(', ')}`],
  });
}
