import { formatExport } from '../core/export-formats.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { handOut } from './shared/ready.ts';

type ExportInput = Pick<CommandInput<'export'>, 'options' | 'arguments'>;

/** `ccvault export`: prints credentials on standard output. */
export async function run(input: ExportInput, system: System, globals: Globals): Promise<number> {
  const handedOut = await handOut(system, globals, input.arguments.profile, input.options);
  const { profile, credentials } = handedOut;
  if (credentials.sessionToken === undefined && input.options.noSession) {
    system.out.warning(`this is the long-lived key of profile ${profile} itself, because of -n`);
  }
  system.out.data(formatExport(input.options.format ?? 'env', handedOut));
  return 0;
}
