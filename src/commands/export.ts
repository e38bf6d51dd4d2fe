import { formatExport } from '../core/export-formats.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { choosePlan } from './shared/choose-plan.ts';
import { resolveOptionsOf, Workspace } from './shared/workspace.ts';

type ExportInput = Pick<CommandInput<'export'>, 'options' | 'arguments'>;

/** `ccvault export`: the credentials themselves, on standard output. */
export async function run(input: ExportInput, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const plan = await choosePlan(workspace, input.arguments.profile, input.options);
  const credentials = await workspace.resolver(resolveOptionsOf(input.options, system)).credentials(plan);
  if (credentials.sessionToken === undefined && input.options.noSession) {
    system.out.warning(`this is the long-lived key of profile ${plan.profile} itself, as -n asks for`);
  }
  system.out.data(formatExport(input.options.format ?? 'env', { ...plan, credentials }));
  return 0;
}
