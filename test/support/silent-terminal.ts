import type { Terminal } from '../../src/core/ports/terminal.ts';

/** A terminal on which nobody can be asked; asking all the same is a mistake of the code under test. */
export function silentTerminal(): Terminal {
  const refuse = (): never => {
    throw new Error('not asked for here');
  };
  return {
    prompt: () => 'auto',
    unavailable: async () => 'no terminal is available',
    ask: refuse,
    askHidden: refuse,
    confirm: refuse,
    choose: refuse,
  };
}
