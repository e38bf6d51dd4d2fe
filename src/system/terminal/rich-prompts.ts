import { confirm, input, password, search } from '@inquirer/prompts';
import type { Choice } from '../../core/ports/system.ts';
import type { Conversation, Prompts } from './terminal.ts';

/** Prompts of @inquirer/prompts. */
export const richPrompts: Prompts = {
  ask: (question, on) => prompting(on, (context) => input({ message: question }, context)),
  askHidden: (question, on) =>
    prompting(on, (context) =>
      // Nothing at all for what is typed, and no key that would show it.
      password({ message: question, toggleMask: false, theme: { style: { maskedText: '' } } }, context),
    ),
  confirm: (question, on) =>
    prompting(on, (context) => confirm({ message: question, default: false }, context)),
  choose: (question, choices, on) =>
    prompting(on, (context) =>
      search({ message: question, source: (typed) => matching(choices, typed ?? ''), pageSize: 12 }, context),
    ),
};

/** Choices whose label has every word that was typed, in any order and case. */
function matching(choices: readonly Choice[], typed: string): { value: string; name: string }[] {
  const words = typed.toLowerCase().split(/\s+/);
  return choices
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .map(({ value, label }) => ({ value, name: label }));
}

async function prompting<T>(
  { input: from, output, signal }: Conversation,
  prompt: (context: {
    input: Conversation['input'];
    output: Conversation['output'];
    signal: AbortSignal;
  }) => Promise<T>,
): Promise<T> {
  // Ctrl-D closes the library's line reader but leaves its prompt unanswered for ever.
  const controller = new AbortController();
  const onKey = (_: unknown, key: { name?: string; ctrl?: boolean } | undefined): void => {
    if (key?.ctrl === true && key.name === 'd') controller.abort();
  };
  from.on('keypress', onKey);
  try {
    return await prompt({ input: from, output, signal: AbortSignal.any([signal, controller.signal]) });
  } finally {
    from.off('keypress', onKey);
  }
}
