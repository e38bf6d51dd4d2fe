import { completionScript } from '../cli/completion/complete.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';

/** Prints the completion script of the shell that was named. */
export async function run(input: CommandInput<'completion'>, system: Pick<System, 'out'>): Promise<number> {
  system.out.data(completionScript(input.arguments.shell));
  return 0;
}
