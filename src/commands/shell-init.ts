import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import { SHELL_FUNCTIONS } from './shared/shell-functions.ts';

/** `ccvault shell-init SHELL`: prints the code that defines `ccuse`. */
export async function run(input: CommandInput<'shell-init'>, { out }: Pick<System, 'out'>): Promise<number> {
  out.data(SHELL_FUNCTIONS[input.arguments.shell]);
  return 0;
}
