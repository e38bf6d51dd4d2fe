import { localEnd } from '../core/local-time.ts';
import type { System } from '../core/ports/system.ts';
import { printable } from '../core/printable.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { choosePlan, requireProfile } from './shared/choose-plan.ts';
import { resolveOptionsOf, Workspace } from './shared/workspace.ts';

/** `ccvault refresh` renews every session of the plan, so that no prompt interrupts the work later. */
export async function run(input: CommandInput<'refresh'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const profile = await requireProfile(workspace, input.arguments.profile);
  const plan = await choosePlan(workspace, profile, input.options);
  const options = { ...resolveOptionsOf(input.options, system), renew: 'all' as const };
  const { expiresAt } = await workspace.resolver(options).credentials(plan);
  workspace.sessions.assertKept(`profile ${profile}: the credentials were renewed`);
  const end =
    expiresAt === undefined
      ? 'credentials that do not expire'
      : `good until ${localEnd(expiresAt, system.clock.now())}`;
  system.out.data(`${printable(`profile ${profile}: ${end}`)}\n`);
  return 0;
}
