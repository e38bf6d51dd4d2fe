import { CliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';
import type { Output, Terminal } from '../core/ports/terminal.ts';

/** A terminal that allows no prompt; `reason` is a clause that follows "but" in messages. */
export function nobody(reason: string): Terminal {
  const refuse = async (): Promise<never> => {
    throw new CliError('failure', `input is required, but ${reason}`, { code: 'prompt-impossible' });
  };
  return {
    prompt: () => 'terminal',
    unavailable: async () => reason,
    ask: refuse,
    askHidden: refuse,
    confirm: refuse,
    choose: refuse,
  };
}

/**
 * The same system for optional work: without notices, prompts, dialogs of the keyring, and programs that may show a
 * dialog. Opening the backend `pass` throws CliError `keystore`, code `locked`.
 */
export function unattended(system: System): System {
  const terminal = nobody('prompts are not allowed here');
  const silent = (): void => {};
  const out = Object.assign(Object.create(system.out) as Output, {
    info: silent,
    warning: silent,
    hint: silent,
    progress: silent,
  });
  return {
    ...system,
    env: { ...system.env, CCVAULT_PASSPHRASE_COMMAND: undefined },
    terminal,
    out,
    async keyStore(name, _, options) {
      // The dialog of its GPG agent cannot be turned off from here.
      if (name === 'pass') throw new CliError('keystore', 'pass may show a prompt', { code: 'locked' });
      return system.keyStore(name, terminal, { ...options, unattended: true });
    },
  };
}
