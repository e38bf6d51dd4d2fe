import type { System } from '../../core/ports/system.ts';
import type { CommandInput } from '../../spec/commands.ts';
import { STUBS } from './stubs.ts';

/** `ccvault completion SHELL`: prints the completion script of the shell. */
export async function run(input: CommandInput<'completion'>, system: Pick<System, 'out'>): Promise<number> {
  system.out.data(STUBS[input.arguments.shell]);
  return 0;
}
